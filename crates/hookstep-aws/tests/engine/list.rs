//! Lists, merged from the shards, against a plain sorted list.

use futures_util::StreamExt as _;
use futures_util::stream;
use hookstep_core::event::{Event, EventKey, EventStatus, Leg};
use hookstep_core::exception::Exception;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::leg::plan;
use hookstep_core::ports::{Conclusion, EventLister, EventQuery, OutcomeRecorder};
use hookstep_core::verdict::{Ending, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::make::{Dice, EXECUTION, LATER, NOW, answered, config_id, delivery, event, last, small_body, tenant};
use crate::stack::Tables;

const ROWS: usize = 500;
const QUERIES: usize = 40;
const NAMES: [&str; 2] = ["order.created", "order.paid"];
/// One begins as another ends, and one looks like a key.
const CORRELATIONS: [&str; 3] = ["c0ffee", "c0ffee#1", "3#c0ffee"];
/// The time over which the events are spread.
const SPAN: SignedDuration = SignedDuration::from_hours(1);

/// A row as the reference keeps it.
#[derive(Debug, Clone)]
struct Known {
    event: Event,
    status: EventStatus,
}

impl Known {
    fn matches(&self, query: &EventQuery) -> bool {
        let id = &self.event.key.event_id;
        // A tenant's list is of the failed events where nothing else is asked for.
        let is_narrowed = query.config_id.is_some() || query.correlation_id.is_some();
        let status = query.status.or((!is_narrowed).then_some(EventStatus::Failed));
        self.event.key.tenant == query.tenant
            && query.config_id.as_ref().is_none_or(|config_id| self.event.key.config_id == *config_id)
            && status.is_none_or(|status| self.status == status)
            && (query.event_name.is_none() || query.event_name == self.event.event_name)
            && (query.correlation_id.is_none() || query.correlation_id == self.event.correlation_id)
            && query.from.is_none_or(|from| *id >= EventId::first_at(from))
            && query.to.is_none_or(|to| *id <= EventId::last_at(to))
            && query.before.as_ref().is_none_or(|before| id < before)
            && self.event.expires_at > NOW
    }
}

/// What the list has to come to: newest first.
fn reference(known: &[Known], query: &EventQuery) -> Vec<EventId> {
    let mut ids: Vec<EventId> =
        known.iter().filter(|row| row.matches(query)).map(|row| row.event.key.event_id.clone()).collect();
    ids.sort_by(|a, b| b.cmp(a));
    ids
}

/// Random rows of three webhooks: most of one webhook, most of those in three shards, and few of them successes, so that shards are left
/// at different points before a page is full.
fn random_rows(dice: &mut Dice, tenant: &TenantId, webhooks: &[ConfigId; 3]) -> Vec<Known> {
    let mut rows: Vec<Known> = (0..ROWS)
        .map(|_| {
            let webhook = dice.one_of(&[0, 0, 0, 0, 1, 2]);
            let moment = dice.moment(NOW - SPAN, SPAN);
            let mut random = dice.wide();
            if webhook == 0 && dice.percent(90) {
                // The last five bits decide on the shard.
                random = random & !0b11111 | u128::from(dice.below(3));
            }
            let key = EventKey {
                event_id: EventId::generate(moment, random),
                tenant: tenant.clone(),
                config_id: webhooks[webhook].clone(),
            };
            let expires_at = if dice.percent(10) { NOW - SignedDuration::from_secs(1) } else { LATER };
            let event_name = dice.percent(70).then(|| dice.one_of(&NAMES).to_owned());
            let correlation_id = dice.percent(60).then(|| dice.one_of(&CORRELATIONS).to_owned());
            let of_kind = Event { event_name, correlation_id, ..event(tenant, &webhooks[webhook]) };
            let event = Event { key, created_at: moment, expires_at, ..of_kind };
            let status = match dice.below(100) {
                0..6 => EventStatus::Succeeded,
                6..55 => EventStatus::Failed,
                55..80 => EventStatus::InProgress,
                _ => EventStatus::Skipped,
            };
            Known { event, status }
        })
        .collect();
    // Several in the same millisecond.
    for pair in 0..20 {
        let moment = rows[pair].event.created_at;
        rows[pair + 20].event.key.event_id = EventId::generate(moment, dice.wide());
    }
    rows
}

async fn write(tables: &Tables, row: &Known) {
    let (event, events) = (&row.event, tables.events(NOW));
    let plan = if row.status == EventStatus::Skipped { plan(None, event) } else { delivery() };
    tables.record(event, &plan, EXECUTION, NOW).await;
    let leg = Leg::from(event);
    let (attempt, exception) = (answered(200, small_body()), Verdict::of_exception(Exception::Internal, ""));
    let concluded = match row.status {
        EventStatus::Skipped => return,
        // Every other one waits for its next leg; the rest run.
        EventStatus::InProgress if event.key.event_id.spread() % 2 == 0 => return,
        EventStatus::InProgress => {
            let again = Ending::Again { at: NOW, because: exception };
            events.conclude_without_attempt(&leg, None, EXECUTION, &again, NOW).await
        }
        EventStatus::Succeeded => {
            events.conclude(&leg, EXECUTION, &attempt, &last(&Verdict::of_attempt(&attempt)), NOW).await
        }
        EventStatus::Failed => {
            events.conclude_without_attempt(&leg, Some(event), EXECUTION, &last(&exception), NOW).await
        }
    };
    assert_eq!(concluded.expect("it is written"), Conclusion::Recorded);
}

/// Lists that a filter leaves little of, in pages so small that the reading of a shard ends before it finds enough.
fn sparse_queries(tenant: &TenantId, webhooks: &[ConfigId; 3]) -> Vec<EventQuery> {
    let query = |webhook: usize, status, limit| EventQuery {
        tenant: tenant.clone(),
        config_id: Some(webhooks[webhook].clone()),
        status: Some(status),
        event_name: None,
        correlation_id: None,
        from: None,
        to: None,
        before: None,
        limit,
    };
    let successes = (1..=4).map(|limit| query(0, EventStatus::Succeeded, limit));
    successes.chain((1..=2).map(|limit| query(1, EventStatus::InProgress, limit))).collect()
}

fn random_query(dice: &mut Dice, tenant: &TenantId, webhooks: &[ConfigId; 3], known: &[Known]) -> EventQuery {
    let of_tenant = dice.percent(30);
    let status = if of_tenant {
        dice.one_of(&[None, Some(EventStatus::Failed), Some(EventStatus::InProgress)])
    } else {
        let [a, b, c, d] = EventStatus::ALL.map(Some);
        dice.one_of(&[None, a, b, c, d])
    };
    let edge = |dice: &mut Dice| -> Timestamp {
        // Often the very millisecond of an event.
        if dice.percent(50) {
            let at = usize::try_from(dice.below(ROWS as u64)).expect("a small number");
            known[at].event.created_at
        } else {
            dice.moment(NOW - SPAN - SignedDuration::from_mins(5), SPAN + SignedDuration::from_mins(10))
        }
    };
    EventQuery {
        tenant: tenant.clone(),
        config_id: (!of_tenant).then(|| webhooks[dice.one_of(&[0, 0, 1, 2])].clone()),
        status,
        event_name: dice.percent(12).then(|| dice.one_of(&NAMES).to_owned()),
        correlation_id: dice.percent(15).then(|| dice.one_of(&CORRELATIONS).to_owned()),
        from: dice.percent(40).then(|| edge(dice)),
        to: dice.percent(40).then(|| edge(dice)),
        before: None,
        limit: 1,
    }
}

/// A limit that makes up to a dozen pages of so many rows, or two where each takes many reads: now and then exactly full, one over, one
/// short.
fn random_limit(dice: &mut Dice, rows: usize, query: &EventQuery) -> usize {
    let pages = if query.event_name.is_some() || query.correlation_id.is_some() { 2 } else { 12 };
    let limit = match dice.below(4) {
        0 => rows,
        1 => rows + 1,
        2 => rows.saturating_sub(1),
        _ => rows / pages + 1,
    };
    limit.max(rows / pages + 1).min(100)
}

/// Walks every page. Returns what was on them, and how many of them were short without being the last.
async fn walk(lister: &impl EventLister, query: &EventQuery) -> (Vec<EventId>, usize) {
    let (mut query, mut seen, mut short) = (query.clone(), Vec::new(), 0);
    loop {
        let page = lister.events(&query).await.expect("it is readable");
        assert!(page.items.len() <= query.limit, "{} on a page of {}", page.items.len(), query.limit);
        short += usize::from(page.items.len() < query.limit && page.next.is_some());
        if let (Some(next), Some(before)) = (&page.next, &query.before) {
            assert!(next < before, "the cursor does not advance");
        }
        for row in page.items {
            assert!(query.status.is_none_or(|status| row.status == status));
            seen.push(row.key.event_id);
        }
        match page.next {
            Some(next) => query.before = Some(next),
            None => return (seen, short),
        }
    }
}

#[tokio::test]
async fn every_list_holds_what_a_sorted_list_would_in_pages_of_any_size() {
    let (tables, mut dice) = (Tables::connect(), Dice::seeded(2026));
    let (owner, webhooks) = (tenant(), [config_id(), config_id(), config_id()]);
    let mut known = random_rows(&mut dice, &owner, &webhooks);
    // The same webhook ids at another tenant: none of these is in any list.
    let stranger = tenant();
    known.extend(random_rows(&mut dice, &stranger, &webhooks).into_iter().take(60));
    stream::iter(&known).map(|row| write(&tables, row)).buffer_unordered(16).collect::<()>().await;

    let events = tables.events(NOW);
    let mut queries = sparse_queries(&owner, &webhooks);
    for _ in 0..QUERIES {
        let mut query = random_query(&mut dice, &owner, &webhooks, &known[..ROWS]);
        query.limit = random_limit(&mut dice, reference(&known, &query).len(), &query);
        queries.push(query);
    }
    let (mut rows, mut empty, mut short_pages) = (0, 0, 0);
    for (number, query) in queries.into_iter().enumerate() {
        let expected = reference(&known, &query);
        let (seen, short) = walk(&events, &query).await;
        assert_eq!(seen, expected, "query {number}: {query:?}");
        rows += seen.len();
        empty += usize::from(seen.is_empty());
        short_pages += short;
    }
    println!("{QUERIES} lists with {rows} rows, {empty} of them empty; {short_pages} pages were short");
    // So that this does not pass by looking at too little.
    assert!(rows > 1_000 && empty < QUERIES / 3 && short_pages > 10);
}

#[tokio::test]
async fn a_list_between_moments_in_the_wrong_order_is_empty() {
    let (tables, owner, webhook) = (Tables::connect(), tenant(), config_id());
    tables.record(&event(&owner, &webhook), &delivery(), EXECUTION, NOW).await;
    for (config_id, status) in [(Some(webhook), None), (None, Some(EventStatus::InProgress))] {
        let query = EventQuery {
            tenant: owner.clone(),
            config_id,
            status,
            event_name: None,
            correlation_id: None,
            from: Some(NOW + SignedDuration::from_secs(1)),
            to: Some(NOW - SignedDuration::from_secs(1)),
            before: None,
            limit: 10,
        };
        let page = tables.events(NOW).events(&query).await.expect("it is no error");
        assert_eq!((page.items, page.next), (vec![], None));
    }
}

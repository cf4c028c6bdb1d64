//! Targets that are known from attacks, and from the tests of programs that fend them off: Stripe's Smokescreen, the servers of
//! Svix and Convoy, the libraries safeurl (Go) and `ssrf_filter` (Ruby). What they try is in `targets.txt`, in words and form of our own.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hookstep_core::address::Reachable;
use hookstep_core::webhook::WebhookUrl;

const TARGETS: &str = include_str!("targets.txt");

/// Where a target is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Refused {
    /// It is no URL of a webhook.
    Parse,
    /// By its literal address or its port, when it is saved, and again when it is sent.
    Save,
    /// By the addresses that its name resolves to.
    Dial,
    /// Not at all.
    Never,
}

struct Row {
    class: &'static str,
    refused: Refused,
    /// The operator's lists, where the row has some.
    lists: (&'static str, &'static str),
    target: String,
    resolves_to: Vec<IpAddr>,
}

/// Columns are `class | refused at | target | resolves to | allowed targets; allowed ports`; the last two may be left out.
fn rows() -> Vec<Row> {
    let lines = TARGETS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('|').map(str::trim).collect();
            let refused = match columns[1] {
                "parse" => Refused::Parse,
                "save" => Refused::Save,
                "dial" => Refused::Dial,
                "-" => Refused::Never,
                other => panic!("{other}: {line}"),
            };
            let addresses = columns.get(3).copied().unwrap_or_default();
            let lists = columns.get(4).copied().unwrap_or_default();
            Row {
                class: columns[0],
                refused,
                lists: lists.split_once(';').unwrap_or((lists, "")),
                target: unescaped(columns[2]),
                resolves_to: addresses.split_whitespace().map(|address| address.parse().unwrap()).collect(),
            }
        })
        .collect()
}

/// `\n`, `\t` and `\0` as the characters that they name.
fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")
}

/// Where Hookstep refuses it: the same questions in the same order as a save and a delivery ask them.
fn refused(row: &Row) -> Refused {
    let (targets, ports) = row.lists;
    let reachable = Reachable::new(targets.parse().unwrap(), ports.parse().unwrap()).without("127.0.0.1:9001");
    let Ok(url) = WebhookUrl::parse(&row.target, true) else { return Refused::Parse };
    if reachable.refuses(&url) {
        return Refused::Save;
    }
    let port = url::Url::parse(url.as_str()).unwrap().port_or_known_default().unwrap();
    let denied = row.resolves_to.iter().filter(|&&address| !reachable.permits(url.host(), address, port)).count();
    if row.resolves_to.is_empty() || denied < row.resolves_to.len() { Refused::Never } else { Refused::Dial }
}

#[test]
fn every_bad_target_is_refused_where_the_table_says() {
    let mut counts: BTreeMap<(&str, Refused), u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in rows() {
        let found = refused(&row);
        if found != row.refused {
            wrong.push(format!("{}: {:?} is refused at {found:?}, not {:?}", row.class, row.target, row.refused));
        }
        *counts.entry((row.class, row.refused)).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let total: u32 = counts.values().sum();
    let refused: u32 =
        counts.iter().filter(|((_, refused), _)| *refused != Refused::Never).map(|(_, count)| count).sum();
    assert!(refused >= 200 && total > refused, "{refused} of {total}");
    println!("{total} targets, {refused} refused: {counts:#?}");
}

#[test]
fn of_several_addresses_only_those_that_may_be_reached_are_dialled() {
    let reachable = Reachable::default();
    let answer = ["10.0.0.1", "8.8.8.8", "::1", "2001:4860:4860::8888", "169.254.169.254"];
    let dialled: Vec<&str> =
        answer.into_iter().filter(|address| reachable.permits("h.example", address.parse().unwrap(), 443)).collect();
    assert_eq!(dialled, ["8.8.8.8", "2001:4860:4860::8888"]);
}

//! `docs/EVENT_TABLE.md`: its commands, taken out of it and run by the AWS CLI, find what they say they find, and the policy that lets
//! others read the events lets them do that and nothing else.
//!
//! In the leg with IAM enforcement alone: what is about events is run by a user who has that policy and no other.

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use hookstep_local::Workspace;
use hookstep_tests::aws_cli::{AwsCli, Credentials};
use hookstep_tests::{HOOK, Hookstep, SOON, Scene, Script, Trigger, unique, until};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

const DOCUMENT: &str = "docs/EVENT_TABLE.md";
const EVENT_NAME: &str = "order.created";
const KEY: &str = "order-1";
const CORRELATION: &str = "order-4711";

/// A block of commands, and the paragraph above it.
pub(crate) struct Block {
    pub(crate) says: String,
    pub(crate) commands: String,
}

/// All `sh` blocks of a document, in their order.
pub(crate) fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut says = "";
    let mut rest = document;
    while let Some((before, after)) = rest.split_once("```") {
        says = before.trim().rsplit("\n\n").next().filter(|text| !text.is_empty()).unwrap_or(says);
        let (fenced, after) = after.split_once("\n```").unwrap_or((after, ""));
        let (language, commands) = fenced.split_once('\n').unwrap_or((fenced, ""));
        if language == "sh" {
            blocks.push(Block { says: says.to_owned(), commands: commands.to_owned() });
        }
        rest = after;
    }
    blocks
}

/// Events of each kind that the document asks for.
struct Found {
    succeeded: String,
    failed: String,
    waiting: String,
}

/// A user with no permission but the policy that is among the outputs: the id and secret of an access key.
async fn reader(cli: &AwsCli) -> Result<(String, String)> {
    let script = r#"
        policy=$(aws cloudformation describe-stacks --stack-name hookstep \
            --query "Stacks[0].Outputs[?OutputKey=='ReadEventsPolicyArn'].OutputValue" --output text)
        aws iam create-user --user-name "$NAME" >/dev/null
        aws iam attach-user-policy --user-name "$NAME" --policy-arn "$policy"
        aws iam create-access-key --user-name "$NAME" --query '[AccessKey.AccessKeyId, AccessKey.SecretAccessKey]' --output text"#;
    let made = cli.run(Credentials::default(), &[("NAME", &unique("dashboards"))], script).await?;
    ensure!(made.ok, "{}", made.complaints);
    let mut words = made.output.split_whitespace().map(ToOwned::to_owned);
    Ok((words.next().context("no id")?, words.next().context("no secret")?))
}

/// A webhook whose events succeed and fail, and another one whose event waits.
async fn events() -> Result<(Scene, Found)> {
    let named = Scene::with(|webhook| webhook.set("event_name", EVENT_NAME)).await?;
    let keyed = Trigger {
        idempotency_key: Some(KEY.to_owned()),
        correlation_id: Some(CORRELATION.to_owned()),
        ..Trigger::json(r#"{"n":1}"#)
    };
    let succeeded = named.deliver(&keyed).await?;
    named.receiver.on(HOOK, Script::status(503));
    let failed = named.deliver(&Trigger::json("{}")).await?;
    let patient = Scene::with(|webhook| {
        webhook.set("retry_policy", json!({ "max_retries": 1, "schedule_seconds": [3600] }));
    })
    .await?;
    patient.receiver.on(HOOK, Script::status(503));
    let waiting = patient.trigger(&Trigger::json("{}")).await?;
    patient.waiting(&waiting.event_id, 1).await?;
    let found = Found { succeeded: succeeded.event_id, failed: failed.event_id, waiting: waiting.event_id };
    Ok((named, found))
}

fn lines(output: &str) -> Vec<Value> {
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(output: &str) -> Vec<String> {
    let rows = lines(output);
    rows.iter().map(|row| row["event_id"].as_str().unwrap().to_owned()).collect()
}

/// Holds what a block printed to what the paragraph above it says.
fn judge(says: &str, output: &str, found: &Found, config_id: &str) {
    let Found { succeeded, failed, waiting } = found;
    let first_words: Vec<_> =
        output.lines().map(|line| line.split_whitespace().next().unwrap_or_default().to_owned()).collect();
    if says == "One event:" {
        let item: Value = serde_json::from_str(output).unwrap();
        let item = &item["Item"];
        assert_eq!((&item["event_id"]["S"], &item["payload"]["S"]), (&json!(succeeded), &json!(r#"{"n":1}"#)));
    } else if says == "A webhook's events of a day:" {
        // The newest first.
        assert_eq!(first_words, [failed.as_str(), succeeded.as_str()]);
        assert!(output.contains("receiver_rejected"), "{output}");
    } else if says.starts_with("A webhook's failed events") {
        assert_eq!(first_words, [failed.as_str()]);
    } else if says.starts_with("The webhooks, and the event of an idempotency key") {
        assert!(first_words.iter().any(|id| id == config_id), "{output}");
        assert!(output.contains(succeeded.as_str()), "{output}");
    } else if says.starts_with("What happened to one event") {
        let row = &lines(output)[0];
        assert_eq!((&row["status"], &row["attempts"][0]["outcome"]), (&json!("succeeded"), &json!("delivered")));
    } else if says.contains("those of one event name") {
        let mut rows = ids(output);
        rows.sort();
        assert_eq!(rows, [succeeded.as_str(), failed.as_str()]);
        assert!(lines(output).iter().all(|row| row["event_name"] == EVENT_NAME));
    } else if says.starts_with("A tenant's failed events") {
        let rows = ids(output);
        assert!(rows.contains(failed) && rows.contains(waiting) && !rows.contains(succeeded), "{output}");
    } else if says.starts_with("What is overdue now") {
        assert!(ids(output).contains(waiting), "{output}");
    } else if says.starts_with("How many wait") {
        assert!(output.trim().parse::<u32>().unwrap() >= 1, "{output}");
    } else if says.starts_with("All that belongs to one correlation id") {
        assert_eq!(ids(output), [succeeded.as_str()]);
    } else if says.starts_with("A webhook's day by the hour") {
        let rows = lines(output);
        let sum = |name: &str| rows.iter().map(|row| row[name].as_u64().unwrap_or(0)).sum::<u64>();
        // The webhook's own, and those of the tenant, whose webhooks are all those of the stack.
        assert!(rows.len() >= 2 && sum("accepted") >= 4 && sum("failed") >= 2, "{output}");
    } else {
        panic!("{DOCUMENT} has a block that this test does not know: {says}");
    }
}

/// Blocks that define what others use.
fn is_definition(block: &Block) -> bool {
    block.commands.contains("() {") || block.commands.contains("=$(output")
}

#[tokio::test]
async fn the_queries_of_the_document_find_what_they_say() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    if !hookstep.stack.enforces_iam {
        return Ok(());
    }
    let cli = AwsCli::prepare(&hookstep.stack.endpoint_url).await?;
    let (made, reader) = tokio::try_join!(events(), reader(&cli))?;
    let (scene, found) = &made;
    let (reader_id, reader_secret) = &reader;
    let reader = Credentials { id: reader_id, secret: reader_secret };
    let config_id = scene.webhook.config_id.as_str();

    let now = Timestamp::now();
    let hour = SignedDuration::from_hours(1);
    let document = std::fs::read_to_string(Workspace::find()?.root().join(DOCUMENT))?
        .replace("2026-11-21T00:00:00Z", &(now - hour).to_string())
        .replace("2026-11-22T00:00:00Z", &(now + hour).to_string())
        .replace("2026-11-21T00", &(now - hour).strftime("%Y-%m-%dT%H").to_string())
        .replace("2026-11-22T00", &(now + hour).strftime("%Y-%m-%dT%H").to_string())
        // What waits for an hour is overdue then.
        .replace("$(date +%s)", &(now + hour * 3).as_second().to_string());
    let (definitions, queries): (Vec<_>, Vec<_>) = blocks(&document).into_iter().partition(is_definition);
    assert_eq!(
        (definitions.len(), queries.len()),
        (2, 11),
        "blocks came to {DOCUMENT} or went: this test has to know them"
    );
    // The variables are asked for by somebody who may; what is run has them from the environment.
    let asked = r#"printf '%s\n' "$CONFIGS_TABLE" "$EVENTS_TABLE" "$IDEMPOTENCY_TABLE" "$STATS_TABLE""#;
    let asked = format!("{}\n{asked}", definitions[0].commands);
    let tables = cli.run(Credentials::default(), &[], &asked).await?;
    let tables: Vec<_> = tables.output.lines().collect();
    let [configs, events, idempotency, stats] = tables[..] else { panic!("{tables:?}") };
    let helpers: String = definitions.iter().map(|block| block.commands.as_str()).collect::<Vec<_>>().join("\n");
    let helpers: String = helpers.lines().filter(|line| !line.contains("=$(output")).collect::<Vec<_>>().join("\n");
    let variables = [
        ("CONFIGS_TABLE", configs),
        ("EVENTS_TABLE", events),
        ("IDEMPOTENCY_TABLE", idempotency),
        ("STATS_TABLE", stats),
        ("WEBHOOK", config_id),
        ("EVENT", found.succeeded.as_str()),
        ("KEY", KEY),
        ("CORRELATION", CORRELATION),
    ];
    // They come later than the events.
    until("statistics", SOON, async || {
        let path = format!("/webhook/{config_id}/stats");
        let stats: Value = hookstep.api.send(hookstep.api.request(Method::GET, &path)).await?.json()?;
        Ok((stats["totals"]["failed"] == 1 && stats["totals"]["succeeded"] == 1).then_some(()))
    })
    .await?;
    try_join_all(queries.iter().map(async |block| {
        let of_events = !block.commands.contains("CONFIGS_TABLE");
        let caller = if of_events { reader } else { Credentials::default() };
        let script = format!("{helpers}\n{}", block.commands);
        let ran = cli.run(caller, &variables, &script).await?;
        ensure!(ran.ok, "{}\n{}\n{}", block.says, block.commands, ran.complaints);
        judge(&block.says, &ran.output, found, config_id);
        anyhow::Ok(())
    }))
    .await?;

    let refused = [
        r#"aws dynamodb execute-statement --statement 'SELECT event_id FROM "'"$EVENTS_TABLE"'" WHERE event_name = '"'x'""#,
        r#"aws dynamodb scan --table-name "$EVENTS_TABLE""#,
        r#"aws dynamodb query --table-name "$CONFIGS_TABLE" --key-condition-expression 'tenant_id = :t' \
            --expression-attribute-values '{":t": {"S": "default"}}'"#,
        r#"aws dynamodb delete-item --table-name "$EVENTS_TABLE" --key '{"webhook_shard": {"S": "x"}, "event_id": {"S": "x"}}'"#,
        r#"aws dynamodb execute-statement --statement 'DELETE FROM "'"$EVENTS_TABLE"'" WHERE webhook_shard = '"'x' AND event_id = 'x'""#,
    ];
    try_join_all(refused.map(async |script| {
        let ran = cli.run(reader, &variables, script).await?;
        ensure!(!ran.ok && ran.complaints.contains("AccessDenied"), "{script}: {ran:?}");
        anyhow::Ok(())
    }))
    .await?;
    Ok(())
}

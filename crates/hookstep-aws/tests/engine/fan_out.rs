//! The fan-out through all its adapters, to a machine that does nothing: a thousand webhooks of one event.

use std::collections::BTreeSet;

use aws_sdk_sfn::types::StateMachineType;
use hookstep_aws::clock::System;
use hookstep_aws::sdk;
use hookstep_aws::workflow::StepFunctions;
use hookstep_core::bus::{Addressee, BusEvent, FanOut, FanOutError, FannedOut};
use hookstep_core::ports::Clock as _;
use jiff::SignedDuration;
use serde_json::json;

use crate::listening::put_many;
use crate::make::tenant;
use crate::stack::Tables;

const NAME: &str = "order.created";
const MANY: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_for_a_thousand_webhooks_starts_a_leg_for_each_and_repeated_no_other() {
    let (tables, tenant) = (Tables::connect(), tenant());
    put_many(&tables, &tenant, NAME, MANY).await;
    let sfn = sdk::sfn(&tables.sdk().await);
    let definition = json!({ "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } });
    let machine = sfn
        .create_state_machine()
        .name(format!("fan-out-{tenant}"))
        .definition(definition.to_string())
        .role_arn("arn:aws:iam::000000000000:role/nobody")
        .r#type(StateMachineType::Standard)
        .send()
        .await
        .expect("it is made");
    let arn = machine.state_machine_arn().to_owned();
    let (reader, claims, objects) = (tables.reader(), tables.idempotency(), tables.objects());
    let workflow = StepFunctions::new(sfn.clone(), arn.clone(), arn.clone());
    let fan_out = FanOut {
        webhooks: &reader,
        listening: &reader,
        claims: &claims,
        payloads: &objects,
        workflow: &workflow,
        clock: &System,
        inline_max_bytes: 8_192,
        retention: SignedDuration::from_hours(24),
    };
    let event = BusEvent {
        tenant: tenant.clone(),
        id: "17793124-05d4-b198-2fde-7ededc63b103".to_owned(),
        archive_replay: None,
        trace: None,
        name: NAME.to_owned(),
        addressee: Addressee::Listeners,
        lifecycle: false,
        detail: json!({ "text": "x".repeat(20_000) }).to_string().into(),
        document: Some(json!({})),
    };
    // A run without time notes nothing, and starts nothing.
    let end = fan_out.run(&event, System.now()).await;
    assert!(matches!(end, Err(FanOutError::OutOfTime(0))), "{end:?}");
    // A page that is full is noted when it is done: whoever repeats the event begins behind it.
    for (listening, started) in [(MANY, MANY), (0, 0)] {
        let done = fan_out.run(&event, System.now() + SignedDuration::from_mins(5)).await.expect("it comes to its end");
        assert_eq!(done, FannedOut { listening, matched: listening, started, unreadable: vec![] });
    }
    let (mut names, mut count, mut next) = (BTreeSet::new(), 0, None);
    loop {
        let request = sfn.list_executions().state_machine_arn(&arn).max_results(1_000).set_next_token(next);
        let page = request.send().await.expect("they are listed");
        count += page.executions().len();
        names.extend(page.executions().iter().map(|execution| execution.name().to_owned()));
        next = page.next_token().map(ToOwned::to_owned);
        if next.is_none() {
            break;
        }
    }
    assert_eq!((count, names.len()), (MANY, MANY));
    sfn.delete_state_machine().state_machine_arn(&arn).send().await.expect("it is deleted");
}

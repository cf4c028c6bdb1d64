//! `docs/GETTING_STARTED.md`: its commands, taken out of it and run one after the other, do what it says.

use std::net::TcpListener;

use anyhow::{Result, ensure};
use hookstep_local::Workspace;
use hookstep_tests::Hookstep;
use hookstep_tests::aws_cli::{AwsCli, Credentials};
use serde_json::Value;

use crate::event_table::blocks;

const DOCUMENT: &str = "docs/GETTING_STARTED.md";

#[tokio::test]
async fn the_first_steps_go_as_described() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let cli = AwsCli::prepare(&hookstep.stack.endpoint_url).await?;
    let document = std::fs::read_to_string(Workspace::find()?.root().join(DOCUMENT))?;
    let steps: Vec<_> = blocks(&document).into_iter().map(|block| block.commands).collect();
    assert_eq!(steps.len(), 7, "blocks came to {DOCUMENT} or went: this test has to know them");
    assert!(steps[0].starts_with("API="), "where the API is, this test knows");
    // Whatever becomes of it, the receiver ends, and its folder with it.
    let before = "cd \"$(mktemp -d)\"\ntrap 'kill $(jobs -p) 2>/dev/null || true; rm -r \"$PWD\"' EXIT";
    let steps = steps[1..].join("\necho\n").replace("python3 receiver.py &", "python3 receiver.py >received &");
    let script = format!("{before}\n{steps}\necho; cat received");
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
    let variables = [("API", hookstep.stack.api_url.as_str()), ("RECEIVER_PORT", port.as_str())];
    let ran = cli.run(Credentials::default(), &variables, &script).await?;
    ensure!(ran.ok, "{script}\n{}\n{}", ran.output, ran.complaints);

    let answers: Vec<Value> = ran.output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of =
        |payload: &str| ran.output.lines().filter(|line| line.starts_with("evt_") && line.ends_with(payload)).count();
    assert!(ran.output.lines().any(|line| line.starts_with("whsec_")), "{}", ran.output);
    assert!(answers.iter().any(|answer| answer["status"] == "succeeded" && answer["attempt"]["status_code"] == 200));
    let waiting = answers.iter().find(|answer| answer["next_attempt_at"].is_string());
    assert_eq!(waiting.map(|event| &event["attempts"][0]["status_code"]), Some(&Value::from(500)));
    assert_eq!((of(r#"{"order": 1}"#), of(r#"{"order": 2}"#)), (1, 1), "{}", ran.output);
    // Refused, and taken when it was tried again. The replay may still be under way.
    assert!(of(r#"{"order": 3}"#) >= 2, "{}", ran.output);
    assert!(answers.iter().any(|answer| answer["replay_of"].is_string()), "{}", ran.output);
    Ok(())
}

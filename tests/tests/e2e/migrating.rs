//! `docs/MIGRATING.md`: its example, taken out of it and run block by block, does what it says.

use anyhow::{Context as _, Result, ensure};
use hookstep_local::Workspace;
use hookstep_tests::aws_cli::{AwsCli, Credentials};
use hookstep_tests::{HOOK, Hookstep, Receiver, SOON, unique};

use crate::event_table::blocks;

const DOCUMENT: &str = "docs/MIGRATING.md";

/// The document's blocks, with names of this test's own in place of the example's, which other tests may use.
fn example(names: &str) -> Result<Vec<String>> {
    let document = std::fs::read_to_string(Workspace::find()?.root().join(DOCUMENT))?;
    let own = |commands: String| {
        commands
            .replace("--name shop", &format!("--name {names}"))
            .replace("--event-bus-name shop", &format!("--event-bus-name {names}"))
            .replace("\"EventBusName\": \"shop\"", &format!("\"EventBusName\": \"{names}\""))
            .replace("--name partner", &format!("--name {names}-partner"))
            .replace("events-to-hookstep", &format!("{names}-to-hookstep"))
            .replace("order.created", &format!("order.created.{names}"))
    };
    Ok(blocks(&document).into_iter().map(|block| own(block.commands)).collect())
}

#[tokio::test]
async fn the_example_of_the_migration_runs() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    if hookstep.stack.enforces_iam {
        // Whose policies the example needs is said in it, not tried.
        return Ok(());
    }
    let cli = AwsCli::prepare(&hookstep.stack.endpoint_url).await?;
    let (partner, shadow) = (Receiver::start().await?, Receiver::start().await?);
    let (partner_url, shadow_url) = (partner.url(HOOK), shadow.url(HOOK));
    let names = unique("shop");
    let steps = example(&names)?;
    assert_eq!(steps.len(), 9, "blocks came to {DOCUMENT} or went: this test has to know them");
    let variables = [
        ("API", hookstep.stack.api_url.as_str()),
        ("BUS", hookstep.stack.bus_name.as_str()),
        ("PARTNER_URL", partner_url.as_str()),
        ("SHADOW_URL", shadow_url.as_str()),
    ];
    // One shell for each part of the example; what is made in one is named in the next.
    let run = async |steps: &[String], webhook: &str| -> Result<String> {
        let script = format!("WEBHOOK={webhook}\n{}\nprintf '\\n%s' \"$WEBHOOK\"", steps.join("\n"));
        let ran = cli.run(Credentials::default(), &variables, &script).await?;
        ensure!(ran.ok, "{script}\n{}\n{}", ran.output, ran.complaints);
        Ok(ran.output)
    };

    let said = run(&steps[..6], "").await?;
    let webhook = said.lines().last().context("no webhook")?.to_owned();
    assert!(said.contains("POST") && said.contains(r#"{\"id\":4711}"#), "{said}");
    let compared = shadow.wait_for(HOOK, 1, SOON).await?;
    assert_eq!(compared[0].text(), r#"{"id":4711}"#);
    assert_eq!(compared[0].header("x-api-key").as_deref(), Some("k-4711"));
    assert!(compared[0].header("webhook-signature").is_some());

    // Changed over: one more event, to the partner and by Hookstep alone.
    let before = partner.requests_to(HOOK).len();
    run(&[&steps[6..7], &steps[5..6]].concat(), &webhook).await?;
    let changed = partner.wait_for(HOOK, before + 1, SOON).await?;
    assert!(changed[before].header("webhook-signature").is_some());
    assert_eq!(shadow.requests_to(HOOK).len(), 1);

    let status = async || anyhow::Ok(hookstep.api.get_webhook(&webhook).await?.status);
    assert_eq!(status().await?, "active");
    run(&steps[7..8], &webhook).await?;
    assert_eq!(status().await?, "disabled");
    run(&steps[8..], &webhook).await?;
    Ok(())
}

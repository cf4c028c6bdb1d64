//! Every event of every log group.

use anyhow::{Context as _, Result};
use hookstep_local::secrets::Needles;
use serde_json::{Value, json};

use super::Search;
use crate::engine::Engine;

pub(super) async fn search(engine: &Engine, needles: &Needles, search: &mut Search) -> Result<()> {
    for group in groups(engine).await? {
        let mut request = json!({ "logGroupName": group });
        loop {
            let page = engine.call("logs", "Logs_20140328.FilterLogEvents", &request).await?;
            let events = page["events"].as_array().context("no events")?;
            search.count("log events", events.len());
            for event in events {
                let message = event["message"].as_str().unwrap_or_default();
                search.look(needles, message.as_bytes(), || format!("log group {group}"));
            }
            let Some(token) = page["nextToken"].as_str() else { break };
            request["nextToken"] = token.into();
        }
    }
    Ok(())
}

async fn groups(engine: &Engine) -> Result<Vec<Value>> {
    let mut groups = Vec::new();
    let mut request = json!({});
    loop {
        let page = engine.call("logs", "Logs_20140328.DescribeLogGroups", &request).await?;
        let found = page["logGroups"].as_array().context("no log groups")?;
        groups.extend(found.iter().map(|group| group["logGroupName"].clone()));
        let Some(token) = page["nextToken"].as_str() else { return Ok(groups) };
        request["nextToken"] = token.into();
    }
}

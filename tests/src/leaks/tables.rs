//! Every attribute of every row of every table.

use anyhow::{Context as _, Result};
use hookstep_local::secrets::Needles;
use serde_json::{Value, json};

use super::Search;
use crate::engine::Engine;

/// What a row is known by, where it has it.
const NAMES: [&str; 6] = ["tenant_id", "config_id", "event_id", "webhook", "version", "idempotency_key"];

pub(super) async fn search(engine: &Engine, needles: &Needles, search: &mut Search) -> Result<()> {
    let tables = engine.call("dynamodb", "DynamoDB_20120810.ListTables", &json!({})).await?;
    for table in tables["TableNames"].as_array().context("no tables")? {
        let mut request = json!({ "TableName": table, "ConsistentRead": true });
        loop {
            let page = engine.call("dynamodb", "DynamoDB_20120810.Scan", &request).await?;
            let rows = page["Items"].as_array().context("no rows")?;
            search.count("rows", rows.len());
            for row in rows {
                for (attribute, value) in row.as_object().context("a row that is none")? {
                    // The wire format writes bytes in base64, one of the forms that is looked for.
                    let written = format!("{attribute}={value}");
                    search.look(needles, written.as_bytes(), || {
                        format!("table {table}, {}, attribute {attribute}", name(row))
                    });
                }
            }
            let Some(last) = page.get("LastEvaluatedKey").filter(|key| !key.is_null()) else { break };
            request["ExclusiveStartKey"] = last.clone();
        }
    }
    Ok(())
}

fn name(row: &Value) -> String {
    let named = NAMES.iter().filter_map(|attribute| Some(format!("{attribute} {}", row.get(attribute)?)));
    named.collect::<Vec<_>>().join(", ")
}

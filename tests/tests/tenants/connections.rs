//! Connections of `EventBridge`: a tenant uses those whose names begin with its own.

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Hookstep, Permission, Scene, Trigger, unique};
use serde_json::{Value, json};

use crate::calls::assert_problem;

fn by(arn: &str) -> Value {
    json!({ "type": "connection", "connection_arn": arn })
}

#[tokio::test]
async fn a_tenant_uses_its_own_connections() -> Result<()> {
    let tenant = unique("a");
    let caller = Hookstep::connect()?.as_tenant(&tenant, &Permission::ALL)?;
    let connection = caller.connections().create_basic(&format!("{tenant}.crm"), "u", &planted("connection")).await?;
    let scene = Scene::of(caller, |draft| draft.set("auth", by(&connection.arn))).await?;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    assert!(scene.received()?.header("authorization").unwrap().starts_with("Basic "));
    assert!(scene.hookstep.api.test_auth(&scene.webhook.config_id).await?.ok);
    Ok(())
}

#[tokio::test]
async fn a_connection_of_another_name_is_refused_whether_or_not_it_exists() -> Result<()> {
    let (tenant, other) = (unique("a"), unique("b"));
    let caller = Hookstep::connect()?.as_tenant(&tenant, &Permission::ALL)?;
    let webhook = caller.webhook_at("https://receiver.example/", |_| ()).await?;
    let connections = caller.connections();
    for name in [
        format!("{other}.crm"),
        // Names that begin almost so.
        format!("{tenant}crm"),
        format!("{tenant}x.crm"),
        format!("{tenant}-.crm"),
        format!("x{tenant}.crm"),
        tenant.to_uppercase() + ".crm",
        tenant.clone(),
        unique("crm"),
    ] {
        let connection = connections.create_basic(&name, "u", &planted("connection")).await?;
        let missing = connection.arn.replace(&name, &format!("{}0", &name[..name.len() - 1]));
        for arn in [connection.arn, missing] {
            let body = json!({ "name": "n", "url": "https://receiver.example/", "auth": by(&arn) });
            for answer in [
                caller.api.create_raw(&body).await?,
                caller.api.put_raw(&webhook.config_id, &body, Some("*")).await?,
                caller.api.patch_raw(&webhook.config_id, &json!({ "auth": by(&arn) }), None).await?,
            ] {
                assert_problem(&name, &answer, 400, "validation_failed");
                let error = answer.problem()?.errors.remove(0);
                assert_eq!(
                    (&error["pointer"], &error["code"]),
                    (&json!("/auth/connection_arn"), &json!("connection_not_usable"))
                );
                // The same words: nobody learns which connections others have.
                assert!(error["detail"].as_str().unwrap().contains(&format!("`{tenant}.`")), "{error}");
            }
        }
    }
    assert_eq!(caller.api.get_webhook(&webhook.config_id).await?.version, 1);
    Ok(())
}

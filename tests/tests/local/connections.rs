//! `EventBridge` connections keep their credentials in Secrets Manager (`tools/local/engine_connections.py`).

use anyhow::Result;
use hookstep_tests::{Connections, Hookstep, unique};
use serde_json::{Value, json};

fn connections() -> Result<Connections> {
    Ok(Hookstep::connect()?.connections())
}

/// What the secret of a connection made so holds.
async fn secret_of(definition: Value) -> Result<Value> {
    let connections = connections()?;
    let connection = connections.create(&unique("shape"), &definition).await?;
    connections.secret_value(&connection.secret_arn).await
}

#[tokio::test]
async fn the_secret_has_eventbridges_form() -> Result<()> {
    let basic = json!({
        "AuthorizationType": "BASIC",
        "AuthParameters": {
            "BasicAuthParameters": { "Username": "u", "Password": "p" },
            "InvocationHttpParameters": {
                "HeaderParameters": [{ "Key": "h", "Value": "1", "IsValueSecret": true }],
                "QueryStringParameters": [{ "Key": "q", "Value": "2", "IsValueSecret": false }],
                "BodyParameters": [{ "Key": "b", "Value": "3" }],
            },
        },
    });
    let expected = json!({
        "username": "u",
        "password": "p",
        "invocation_http_parameters": {
            "header_parameters": [{ "key": "h", "value": "1", "is_value_secret": true }],
            "query_string_parameters": [{ "key": "q", "value": "2", "is_value_secret": false }],
            "body_parameters": [{ "key": "b", "value": "3", "is_value_secret": false }],
        },
    });
    assert_eq!(secret_of(basic).await?, expected);

    let api_key = json!({
        "AuthorizationType": "API_KEY",
        "AuthParameters": { "ApiKeyAuthParameters": { "ApiKeyName": "x-key", "ApiKeyValue": "v" } },
    });
    assert_eq!(secret_of(api_key).await?, json!({ "api_key_name": "x-key", "api_key_value": "v" }));

    let oauth = json!({
        "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
        "AuthParameters": { "OAuthParameters": {
            "AuthorizationEndpoint": "https://tokens.example/",
            "HttpMethod": "POST",
            "ClientParameters": { "ClientID": "i", "ClientSecret": "s" },
            "OAuthHttpParameters": { "BodyParameters": [{ "Key": "scope", "Value": "a b", "IsValueSecret": false }] },
        } },
    });
    let expected = json!({
        "client_id": "i",
        "client_secret": "s",
        "authorization_endpoint": "https://tokens.example/",
        "http_method": "POST",
        "oauth_http_parameters": {
            "body_parameters": [{ "key": "scope", "value": "a b", "is_value_secret": false }],
        },
    });
    assert_eq!(secret_of(oauth).await?, expected);
    Ok(())
}

#[tokio::test]
async fn a_connection_names_its_secret_and_shows_none() -> Result<()> {
    let connections = connections()?;
    let name = unique("described");
    let definition = json!({
        "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
        "AuthParameters": {
            "OAuthParameters": {
                "AuthorizationEndpoint": "https://tokens.example/",
                "HttpMethod": "POST",
                "ClientParameters": { "ClientID": "i", "ClientSecret": "hidden" },
                "OAuthHttpParameters": { "HeaderParameters": [{ "Key": "h", "Value": "hidden", "IsValueSecret": true }] },
            },
            "InvocationHttpParameters": { "QueryStringParameters": [
                { "Key": "q", "Value": "hidden", "IsValueSecret": true },
                { "Key": "r", "Value": "shown", "IsValueSecret": false },
            ] },
        },
    });
    let connection = connections.create(&name, &definition).await?;
    let account = "arn:aws:events:us-east-1:000000000000:connection";
    let uuid = connection.arn.strip_prefix(&format!("{account}/{name}/")).unwrap();
    assert_eq!(uuid.len(), 36, "{}", connection.arn);
    let secret = format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/{name}/");
    let secret_uuid = connection.secret_arn.strip_prefix(&secret).unwrap();
    assert!(secret_uuid.len() == 43 && !secret_uuid.starts_with(uuid), "{}", connection.secret_arn);

    let described = connections.describe(&name).await?;
    assert!(!described.to_string().contains("hidden"), "{described}");
    let expected = json!({
        "OAuthParameters": {
            "AuthorizationEndpoint": "https://tokens.example/",
            "HttpMethod": "POST",
            "ClientParameters": { "ClientID": "i" },
            "OAuthHttpParameters": { "HeaderParameters": [{ "Key": "h", "IsValueSecret": true }] },
        },
        "InvocationHttpParameters": { "QueryStringParameters": [
            { "Key": "q", "IsValueSecret": true },
            { "Key": "r", "Value": "shown", "IsValueSecret": false },
        ] },
    });
    assert_eq!((&described["AuthParameters"], &described["ConnectionState"]), (&expected, &json!("AUTHORIZED")));
    Ok(())
}

#[tokio::test]
async fn a_secret_lives_with_its_connections_credentials() -> Result<()> {
    let connections = connections()?;
    let name = unique("living");
    let connection = connections.create_basic(&name, "u", "one").await?;
    // What is left out stays, and the secret stays the same one.
    let password = |password: &str| json!({ "AuthParameters": { "BasicAuthParameters": { "Password": password } } });
    connections.update(&name, &password("two")).await?;
    connections.update(&name, &json!({ "Description": "d" })).await?;
    assert_eq!(connections.secret_value(&connection.secret_arn).await?, json!({ "username": "u", "password": "two" }));
    let key = json!({ "ApiKeyAuthParameters": { "ApiKeyName": "k", "ApiKeyValue": "v" } });
    connections.update(&name, &json!({ "AuthorizationType": "API_KEY", "AuthParameters": key })).await?;
    let value = connections.secret_value(&connection.secret_arn).await?;
    assert_eq!(value, json!({ "api_key_name": "k", "api_key_value": "v" }));

    connections.deauthorize(&name).await?;
    let described = connections.describe(&name).await?;
    assert_eq!((&described["SecretArn"], &described["ConnectionState"]), (&Value::Null, &json!("DEAUTHORIZED")));
    assert!(connections.secret_value(&connection.secret_arn).await.is_err());
    let key = json!({ "ApiKeyAuthParameters": { "ApiKeyName": "k", "ApiKeyValue": "w" } });
    connections.update(&name, &json!({ "AuthParameters": key })).await?;
    let described = connections.describe(&name).await?;
    assert_eq!(described["ConnectionArn"], connection.arn);
    let secret_arn = described["SecretArn"].as_str().unwrap();
    assert_eq!(connections.secret_value(secret_arn).await?["api_key_value"], "w");

    connections.delete(&name).await?;
    assert!(connections.describe(&name).await.is_err() && connections.secret_value(secret_arn).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_connection_without_its_credentials_is_refused() -> Result<()> {
    let connections = connections()?;
    let name = unique("refused");
    let basic = |parameters: Value| json!({ "AuthorizationType": "BASIC", "AuthParameters": parameters });
    for (name, definition) in [
        ("a b", basic(json!({ "BasicAuthParameters": { "Username": "u", "Password": "p" } }))),
        (&name, basic(json!({ "BasicAuthParameters": { "Username": "u" } }))),
        (&name, basic(json!({ "ApiKeyAuthParameters": { "ApiKeyName": "k", "ApiKeyValue": "v" } }))),
        (&name, json!({ "AuthorizationType": "BASIC" })),
    ] {
        let error = connections.create(name, &definition).await.unwrap_err().to_string();
        assert!(error.contains("ValidationException"), "{error}");
    }
    assert!(connections.describe(&name).await.is_err());
    Ok(())
}

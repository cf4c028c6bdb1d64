//! `EventBridge` connections, found and read as `EventBridge` and Secrets Manager have them.

use aws_sdk_eventbridge::types::{
    ConnectionAuthorizationType, ConnectionBodyParameter, ConnectionHeaderParameter, ConnectionHttpParameters,
    ConnectionOAuthHttpMethod, ConnectionQueryStringParameter, CreateConnectionApiKeyAuthRequestParameters,
    CreateConnectionAuthRequestParameters, CreateConnectionBasicAuthRequestParameters,
    CreateConnectionOAuthClientRequestParameters, CreateConnectionOAuthRequestParameters,
    UpdateConnectionAuthRequestParameters, UpdateConnectionBasicAuthRequestParameters,
};
use aws_sdk_secretsmanager::primitives::Blob;
use futures_util::future::join_all;
use hookstep_aws::connections::{ConnectionSecrets, EventBridgeConnections};
use hookstep_aws::sdk;
use hookstep_core::auth::{ConnectionArn, TokenMethod};
use hookstep_core::grant::{ConnectionCredentials, ConnectionKind, Pairs};
use hookstep_core::limits::OPENED_SECRETS_LIFE_SECONDS;
use hookstep_core::ports::{ConnectionError, ConnectionFinder, ConnectionReader};
use hookstep_local::secrets::{planted, unique};

use crate::secrets::Count;
use crate::stack::{Hand, Tables};

/// The two services, with a count of the calls that read secrets, and a clock.
struct Services {
    events: aws_sdk_eventbridge::Client,
    vault: aws_sdk_secretsmanager::Client,
    count: Count,
    clock: Hand,
}

impl Services {
    async fn connect() -> Self {
        let config = Tables::connect().sdk().await;
        let count = Count::default();
        let vault = sdk::secrets_manager(&config).config().to_builder().interceptor(count.clone()).build();
        let vault = aws_sdk_secretsmanager::Client::from_conf(vault);
        Self { events: sdk::eventbridge(&config), vault, count, clock: Hand::default() }
    }

    fn finder(&self) -> EventBridgeConnections {
        EventBridgeConnections::new(self.events.clone())
    }

    fn reader(&self) -> ConnectionSecrets<Hand> {
        ConnectionSecrets::new(self.vault.clone(), self.clock.clone())
    }

    async fn create(
        &self,
        kind: ConnectionAuthorizationType,
        parameters: CreateConnectionAuthRequestParameters,
    ) -> (String, ConnectionArn) {
        let name = unique("conn");
        let create = self.events.create_connection().name(&name).authorization_type(kind).auth_parameters(parameters);
        let made = create.send().await.expect("it is made");
        let arn = made.connection_arn().expect("an ARN").parse().expect("the ARN of a connection");
        (name, arn)
    }

    async fn create_basic(&self, password: &str) -> (String, ConnectionArn) {
        let basic = CreateConnectionBasicAuthRequestParameters::builder().username("u").password(password);
        let parameters = CreateConnectionAuthRequestParameters::builder()
            .basic_auth_parameters(basic.build().expect("complete"))
            .build();
        self.create(ConnectionAuthorizationType::Basic, parameters).await
    }

    async fn secret_arn(&self, arn: &ConnectionArn) -> String {
        self.finder().secret_arn(arn).await.expect("it is found")
    }

    async fn read(&self, arn: &ConnectionArn) -> ConnectionCredentials {
        self.reader().credentials(&self.secret_arn(arn).await).await.expect("it is readable")
    }
}

fn http_parameters(secret: &str) -> ConnectionHttpParameters {
    let header = |key: &str, value: &str, is_secret| {
        ConnectionHeaderParameter::builder().key(key).value(value).is_value_secret(is_secret).build()
    };
    let query = ConnectionQueryStringParameter::builder().key("q").value("a b&c").is_value_secret(false);
    let body = ConnectionBodyParameter::builder().key("b").value(secret).is_value_secret(true);
    ConnectionHttpParameters::builder()
        .header_parameters(header("x-shown", "1", false))
        .header_parameters(header("x-secret", secret, true))
        .query_string_parameters(query.build())
        .body_parameters(body.build())
        .build()
}

fn shown(pairs: &Pairs) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.expose())).collect()
}

fn unusable<T: std::fmt::Debug>(result: Result<T, ConnectionError>) -> String {
    match result {
        Err(ConnectionError::Unusable(detail)) => detail,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn basic_credentials_are_read() {
    let (services, password) = (Services::connect().await, planted("connection"));
    let (_, arn) = services.create_basic(&password).await;
    let credentials = services.read(&arn).await;
    let ConnectionKind::Basic { username, password: read } = &credentials.kind else { panic!("another kind") };
    assert_eq!((username.as_str(), read.expose()), ("u", password.as_str()));
    assert_eq!(credentials.additions, hookstep_core::grant::Additions::default());
}

#[tokio::test]
async fn an_api_key_is_read_with_all_that_is_added_to_requests() {
    let (services, secret) = (Services::connect().await, planted("connection"));
    let key = CreateConnectionApiKeyAuthRequestParameters::builder().api_key_name("X-Key").api_key_value(&secret);
    let parameters = CreateConnectionAuthRequestParameters::builder()
        .api_key_auth_parameters(key.build().expect("complete"))
        .invocation_http_parameters(http_parameters(&secret))
        .build();
    let (_, arn) = services.create(ConnectionAuthorizationType::ApiKey, parameters).await;
    let credentials = services.read(&arn).await;
    let ConnectionKind::ApiKey { name, value } = &credentials.kind else { panic!("another kind") };
    assert_eq!((name.as_str(), value.expose()), ("X-Key", secret.as_str()));
    assert_eq!(shown(&credentials.additions.headers), [("x-shown", "1"), ("x-secret", secret.as_str())]);
    assert_eq!(shown(&credentials.additions.query), [("q", "a b&c")]);
    assert_eq!(shown(&credentials.additions.body), [("b", secret.as_str())]);
    // Both parameters that say so are blotted out of answers.
    assert_eq!(credentials.hidden.iter().filter(|hidden| hidden.expose() == secret).count(), 2);
    assert!(!format!("{credentials:?}").contains(&secret));
}

#[tokio::test]
async fn an_oauth_client_is_read_with_the_parameters_of_its_token_request() {
    let (services, secret) = (Services::connect().await, planted("connection"));
    let client = CreateConnectionOAuthClientRequestParameters::builder().client_id("client").client_secret(&secret);
    let oauth = CreateConnectionOAuthRequestParameters::builder()
        .client_parameters(client.build().expect("complete"))
        .authorization_endpoint("https://id.example/token")
        .http_method(ConnectionOAuthHttpMethod::Put)
        .o_auth_http_parameters(http_parameters(&secret));
    let parameters =
        CreateConnectionAuthRequestParameters::builder().o_auth_parameters(oauth.build().expect("complete")).build();
    let (_, arn) = services.create(ConnectionAuthorizationType::OauthClientCredentials, parameters).await;
    let credentials = services.read(&arn).await;
    let ConnectionKind::OAuth(request) = &credentials.kind else { panic!("another kind") };
    assert_eq!((request.url.as_str(), request.method), ("https://id.example/token", TokenMethod::Put));
    assert_eq!(shown(&request.headers), [("x-shown", "1"), ("x-secret", secret.as_str())]);
    assert_eq!(shown(&request.query), [("q", "a b&c")]);
    let form =
        [("grant_type", "client_credentials"), ("client_id", "client"), ("client_secret", &secret), ("b", &secret)];
    assert_eq!(shown(&request.form), form);
}

#[tokio::test]
async fn only_the_connection_of_that_very_arn_is_found() {
    let services = Services::connect().await;
    let (name, arn) = services.create_basic("p").await;
    assert!(services.secret_arn(&arn).await.contains(&format!("secret:events!connection/{name}/")));
    let other = |text: String| text.parse::<ConnectionArn>().expect("the ARN of a connection");
    let (before, _) = arn.as_str().rsplit_once('/').expect("an id");
    for arn in [
        other(format!("{before}/00000000-0000-0000-0000-000000000000")),
        other(before.to_owned()),
        other(arn.as_str().replace("000000000000:", "000000000001:")),
        other(arn.as_str().replace("us-east-1", "eu-west-1")),
        other(arn.as_str().replace(&name, "no-such-connection")),
    ] {
        let said = unusable(services.finder().secret_arn(&arn).await);
        assert!(said.starts_with("there is no such connection"), "{said}");
    }
}

#[tokio::test]
async fn a_connection_that_is_deauthorized_or_deleted_has_nothing_to_read() {
    let services = Services::connect().await;
    let (name, arn) = services.create_basic("p").await;
    let secret_arn = services.secret_arn(&arn).await;
    let reader = services.reader();
    reader.credentials(&secret_arn).await.expect("it is readable");

    services.events.deauthorize_connection().name(&name).send().await.expect("it is done");
    assert_eq!(unusable(services.finder().secret_arn(&arn).await), "the connection has no secret; authorize it");
    // What was read before stays for its time, and no longer.
    services.clock.moves(OPENED_SECRETS_LIFE_SECONDS - 1);
    reader.credentials(&secret_arn).await.expect("it is kept");
    services.clock.moves(1);
    assert!(unusable(reader.credentials(&secret_arn).await).starts_with("its secret is gone"));

    services.events.delete_connection().name(&name).send().await.expect("it is done");
    assert_eq!(unusable(services.finder().secret_arn(&arn).await), "there is no such connection");
}

#[tokio::test]
async fn a_secret_is_read_once_in_five_minutes_and_then_as_it_is_by_then() {
    let services = Services::connect().await;
    let (name, arn) = services.create_basic("first").await;
    let secret_arn = services.secret_arn(&arn).await;
    let reader = services.reader();
    let password = async || match reader.credentials(&secret_arn).await.expect("it is readable").kind {
        ConnectionKind::Basic { password, .. } => password.expose().to_owned(),
        _ => panic!("another kind"),
    };
    assert!(join_all((0..50).map(|_| password())).await.iter().all(|password| password == "first"));
    assert_eq!(services.count.read(), 1, "of fifty at the same time");

    let basic = UpdateConnectionBasicAuthRequestParameters::builder().password("second").build();
    let change = UpdateConnectionAuthRequestParameters::builder().basic_auth_parameters(basic).build();
    services.events.update_connection().name(&name).auth_parameters(change).send().await.expect("it is changed");
    services.clock.moves(OPENED_SECRETS_LIFE_SECONDS - 1);
    assert_eq!(password().await, "first");
    services.clock.moves(1);
    assert_eq!(password().await, "second");
    assert_eq!(services.count.read(), 1);
}

#[tokio::test]
async fn a_secret_of_another_form_is_told_without_its_text() {
    let services = Services::connect().await;
    let (_, arn) = services.create_basic("p").await;
    let secret_arn = services.secret_arn(&arn).await;
    let reader = services.reader();
    let secret = planted("connection");
    for text in [
        secret.clone(),
        format!("\"{secret}\""),
        format!(r#"{{"username":"u","password":{{"a":"{secret}"}}}}"#),
        format!(r#"{{"api_key_name":"x-{secret}"}}"#),
        format!(r#"{{"api_key_name":"host","api_key_value":"{secret}"}}"#),
        format!(r#"{{"api_key_name":"x","api_key_value":"{secret}\r\nx-more: 1"}}"#),
        format!(r#"{{"client_id":"i","client_secret":"{secret}","authorization_endpoint":"ftp://{secret}"}}"#),
        format!(
            r#"{{"username":"u","password":"p","invocation_http_parameters":{{"header_parameters":[{{"key":"te","value":"{secret}"}}]}}}}"#
        ),
    ] {
        let update = services.vault.update_secret().secret_id(&secret_arn).secret_string(&text);
        update.send().await.expect("it is changed");
        let said = unusable(reader.credentials(&secret_arn).await);
        assert!(said.starts_with("its secret is not of the form") && !said.contains(&secret), "{said}");
    }
    let binary = services.vault.update_secret().secret_id(&secret_arn).secret_binary(Blob::new(*b"{}"));
    binary.send().await.expect("it is changed");
    assert!(unusable(reader.credentials(&secret_arn).await).starts_with("its secret is not of the form"));

    // What could not be used is looked at again: the next one is.
    let good =
        services.vault.update_secret().secret_id(&secret_arn).secret_string(r#"{"username":"u","password":"p"}"#);
    good.send().await.expect("it is changed");
    reader.credentials(&secret_arn).await.expect("it is readable");
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_told() {
    let services = Services::connect().await;
    let nowhere = "arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/none/0-AbCdEf";
    assert!(unusable(services.reader().credentials(nowhere).await).starts_with("its secret is gone"));
}

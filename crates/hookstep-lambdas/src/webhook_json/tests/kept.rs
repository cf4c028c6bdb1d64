//! Secrets: a string sets one, left out keeps it, null clears it; and none is kept for something else than it was given for.

use hookstep_core::auth::Value as Given;
use hookstep_core::secret::{Secret, Secrets};
use serde_json::{Value, json};

use super::make::{Made, body, created, faults_of, patch, put, show};

fn slots(secrets: &Secrets) -> Vec<(&str, &str)> {
    secrets.iter().map(|(slot, secret)| (slot, secret.expose())).collect()
}

fn basic() -> Made {
    created(body(json!({ "auth": { "type": "basic", "username": "u", "password": "old" } })))
}

fn oauth() -> Value {
    json!({
        "type": "oauth2_client_credentials", "token_url": "https://id.example/", "client_id": "c", "client_secret": "old",
        "body": { "a/b": { "secret": "parameter" }, "shown": "1" },
    })
}

#[test]
fn names_of_credentials_make_secrets_of_strings() {
    let made = created(body(json!({ "headers": {
        "Authorization": "Bearer a", "X-API-Key": "b", "Cookie": "c", "X-Auth-Token": "d", "X-Plain": "e",
        "X-Given": { "secret": "f" }, "client_secret": "g",
    } })));
    let shown: Vec<&str> = made
        .webhook
        .headers
        .iter()
        .filter(|header| matches!(header.value(), Given::Shown(_)))
        .map(hookstep_core::header::Header::name)
        .collect();
    assert_eq!(shown, ["X-Plain"]);
    assert_eq!(made.secrets.slots().len(), 6);
    assert_eq!(made.secrets.get("/headers/Authorization").map(Secret::expose), Some("Bearer a"));
    assert_eq!(show(&made.webhook)["headers"]["Authorization"], json!({ "secret_set": true }));
    assert_eq!(show(&made.webhook)["headers"]["X-Plain"], "e");
}

#[test]
fn a_password_is_kept_set_and_cleared_by_put_and_patch() {
    let before = basic();
    assert_eq!(show(&before.webhook)["auth"], json!({ "type": "basic", "username": "u", "password_set": true }));
    let auth = |password: Option<Value>| {
        let mut auth = json!({ "type": "basic", "username": "u" });
        if let Some(password) = password {
            auth["password"] = password;
        }
        json!({ "auth": auth })
    };
    for (given, after, changed) in [
        (None, vec![("/auth/password", "old")], vec![]),
        (Some(json!("new")), vec![("/auth/password", "new")], vec!["/auth/password"]),
        (Some(json!("old")), vec![("/auth/password", "old")], vec!["/auth/password"]),
        (Some(Value::Null), vec![], vec!["/auth/password"]),
    ] {
        for change in [put(&before, body(auth(given.clone()))), patch(&before, auth(given.clone()))] {
            let change = change.expect("a valid change");
            assert_eq!(
                (slots(&change.after.secrets), change.fields),
                (after.clone(), changed.iter().map(|at| (*at).to_owned()).collect())
            );
            let is_set = !after.is_empty();
            assert_eq!(show(&change.after.webhook)["auth"]["password_set"], is_set);
            assert_eq!(change.after.webhook.secrets.is_some(), is_set);
        }
    }
}

#[test]
fn what_a_read_shows_of_a_secret_may_be_sent_back_and_only_that() {
    let before = basic();
    let auth = |is_set: Value| json!({ "auth": { "type": "basic", "username": "u", "password_set": is_set } });
    assert!(put(&before, body(auth(json!(true)))).is_ok());
    for other in [json!(false), json!("true"), json!(1)] {
        let expected = [("/auth/password_set".to_owned(), "read_only")];
        assert_eq!(faults_of(put(&before, body(auth(other)))), expected);
    }
    // Together with a new one it is what it was.
    let both = json!({ "auth": { "type": "basic", "username": "u", "password_set": true, "password": "new" } });
    assert_eq!(slots(&put(&before, body(both)).expect("valid").after.secrets), [("/auth/password", "new")]);
}

#[test]
fn another_kind_of_authentication_keeps_nothing_of_the_one_before() {
    let before = created(body(json!({ "auth": oauth(), "headers": { "x-a": { "secret": "header" } } })));
    let change = patch(&before, json!({ "auth": { "type": "basic", "username": "u" } })).expect("valid");
    assert_eq!(slots(&change.after.secrets), [("/headers/x-a", "header")]);
    let shown = show(&change.after.webhook);
    assert_eq!(shown["auth"], json!({ "type": "basic", "username": "u", "password_set": false }));
    assert!(
        change.fields.contains(&"/auth/client_secret".to_owned()) && change.fields.contains(&"/auth/type".to_owned())
    );

    let none = patch(&before, json!({ "auth": null, "headers": null })).expect("valid");
    assert_eq!((slots(&none.after.secrets), none.after.webhook.secrets), (vec![], None));
    // The new kind's own secrets have to be given.
    let key = json!({ "auth": { "type": "api_key", "in": "header", "name": "x-key" } });
    assert_eq!(faults_of(patch(&basic(), key)), [("/auth/value".to_owned(), "required")]);
}

#[test]
fn a_secret_may_not_be_moved_to_where_it_was_not_given_for() {
    let before = created(body(json!({ "headers": { "x-a": { "secret": "for a" } } })));
    let moved = json!({ "headers": { "x-b": { "secret_set": true } } });
    assert_eq!(faults_of(put(&before, body(moved))), [("/headers/x-b".to_owned(), "required")]);
    let shown = json!({ "headers": { "x-a": "plain" } });
    let change = put(&before, body(shown)).expect("valid");
    assert_eq!(slots(&change.after.secrets), []);
    assert_eq!(change.fields, ["/headers/x-a"]);
}

#[test]
fn headers_keep_set_and_lose_their_secrets_one_by_one() {
    let before =
        created(body(json!({ "headers": { "x-a": { "secret": "a" }, "x-b": { "secret": "b" }, "x-c": "c" } })));
    let change =
        patch(&before, json!({ "headers": { "x-a": { "secret": "new" }, "x-c": null, "x-d": "d" } })).expect("valid");
    assert_eq!(slots(&change.after.secrets), [("/headers/x-a", "new"), ("/headers/x-b", "b")]);
    assert_eq!(change.fields, ["/headers/x-a", "/headers/x-c", "/headers/x-d"]);
    let change = patch(&before, json!({ "headers": { "x-b": null } })).expect("valid");
    assert_eq!(
        (slots(&change.after.secrets), change.fields),
        (vec![("/headers/x-a", "a")], vec!["/headers/x-b".to_owned()])
    );
    // What a replacement leaves out is gone.
    let change = put(&before, body(json!({ "headers": { "x-a": { "secret_set": true } } }))).expect("valid");
    assert_eq!(slots(&change.after.secrets), [("/headers/x-a", "a")]);
    assert_eq!(change.fields, ["/headers/x-b", "/headers/x-c"]);
}

#[test]
fn parameters_of_a_token_request_keep_their_secrets_too() {
    let before = created(body(json!({ "auth": oauth() })));
    let all = [("/auth/body/a~1b", "parameter"), ("/auth/client_secret", "old")];
    assert_eq!(slots(&before.secrets), all);
    let kept = patch(&before, json!({ "auth": { "scope": "s" } })).expect("valid");
    assert_eq!((slots(&kept.after.secrets), kept.fields), (all.to_vec(), vec!["/auth/scope".to_owned()]));
    let set = patch(&before, json!({ "auth": { "body": { "a/b": { "secret": "new" } } } })).expect("valid");
    assert_eq!(
        (slots(&set.after.secrets)[0], set.fields),
        (("/auth/body/a~1b", "new"), vec!["/auth/body/a~1b".to_owned()])
    );
    let gone = patch(&before, json!({ "auth": { "body": null } })).expect("valid");
    assert_eq!(slots(&gone.after.secrets), [("/auth/client_secret", "old")]);
    // A client secret that was cleared stays so until one is given.
    let cleared = patch(&before, json!({ "auth": { "client_secret": null } })).expect("valid").after;
    assert_eq!(show(&cleared.webhook)["auth"]["client_secret_set"], false);
    let again = put(&cleared, show(&cleared.webhook)).expect("valid");
    assert_eq!(again.fields, Vec::<String>::new());
}

#[test]
fn only_what_is_kept_has_to_be_opened() {
    let before = created(body(json!({ "headers": { "x-a": { "secret": "a" } } })));
    let draft = |document: Value| {
        let document = super::make::fields(body(document));
        super::super::parse(document, &super::make::strict(), Some(&before.webhook)).expect("valid").secrets
    };
    assert!(draft(json!({ "headers": { "x-a": { "secret_set": true } } })).keeps_any());
    assert!(!draft(json!({ "headers": { "x-a": { "secret": "b" } } })).keeps_any());
    assert!(!draft(json!({})).keeps_any());
}

//! A preview is the request that would be sent, but for secrets.

use hookstep_core::attempt::Obstacle;
use hookstep_core::auth::{Auth, KeyPlace};
use hookstep_core::compose::Previewed;
use hookstep_core::grant::{Additions, ConnectionCredentials, ConnectionKind, Pairs};
use hookstep_core::leg::{Delivery, SigningPlan};
use hookstep_core::limits::WHOLE_PAYLOAD_MAX_BYTES;
use hookstep_core::payload::Payload;
use hookstep_core::secret::{Sealed, Secret};
use hookstep_core::shape::PayloadFormat;
use hookstep_core::signing::{KeyRing, Scheme, Signing, SigningKey, key_slot};
use hookstep_core::token::TokenRequest;
use hookstep_core::webhook::{Method, WebhookUrl};
use proptest::prelude::*;
use proptest::sample::select;

use crate::make::{SEALED_KEYS, api_key, basic, connection, delivery_as, hidden, large, oauth, shown, stored};
use crate::world::World;

const MARK: &str = "PLANTED5ECRET";
/// What the mark is in base64, wherever it stands.
const ENCODED: [&str; 3] = ["UExBTlRFRDVFQ1JFV", "BMQU5URUQ1RUNSRV", "QTEFOVEVENUVDUkVU"];

fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect()
}

fn signed(auth: Auth) -> Delivery {
    let mut delivery = delivery_as(auth);
    delivery.target.signing = SigningPlan {
        signing: Signing { schemes: Scheme::ALL.to_vec(), earlier: vec![] },
        keys: Some(KeyRing { sealed: Sealed::new(SEALED_KEYS), signs_until: vec![None] }),
    };
    delivery
}

fn connected(kind: ConnectionKind) -> ConnectionCredentials {
    let additions = Additions {
        headers: pairs(&[("X-Added", "PLANTED5ECRET-header"), ("Authorization", "PLANTED5ECRET-other")]),
        query: pairs(&[("q", "PLANTED5ECRET-query")]),
        body: pairs(&[("k", "PLANTED5ECRET-member")]),
    };
    ConnectionCredentials { kind, additions, hidden: Vec::new() }
}

fn kinds() -> [ConnectionKind; 3] {
    let request = TokenRequest {
        url: WebhookUrl::parse("https://id.example/token", false).expect("a URL"),
        method: hookstep_core::auth::TokenMethod::Post,
        headers: Vec::new(),
        query: Vec::new(),
        form: pairs(&[("client_secret", "PLANTED5ECRET-client")]),
    };
    [
        ConnectionKind::Basic { username: "u".to_owned(), password: Secret::new("PLANTED5ECRET-password") },
        ConnectionKind::ApiKey { name: "x-key".to_owned(), value: Secret::new("PLANTED5ECRET-key") },
        ConnectionKind::OAuth(request),
    ]
}

/// A world in which every kind of authentication works.
fn world(kind: Option<ConnectionKind>) -> World {
    World::with(|state| {
        state.secrets = vec![
            ("/auth/password", "PLANTED5ECRET-password"),
            ("/auth/value", "PLANTED5ECRET-value"),
            ("/auth/client_secret", "PLANTED5ECRET-client"),
            ("/headers/X-Hidden", "PLANTED5ECRET-hidden"),
            ("/signing/secret", "whsec_PLANTED5ECRETsignsPLANTED5ECRETsignsPLANTED5"),
            ("/client_certificate/certificate", "PLANTED5ECRET-certificate"),
            ("/client_certificate/private_key", "PLANTED5ECRET-private"),
        ];
        state.keys = vec![(key_slot(0), SigningKey::generate([1, 2]))];
        state.tokens = [Ok("PLANTED5ECRET-token")].into();
        state.connections = kind.map(|kind| Ok(connected(kind))).into_iter().collect();
    })
}

fn assert_shows_no_secret(previewed: &Previewed) {
    let body = String::from_utf8_lossy(&previewed.body);
    let text = format!("{previewed:?} {body}");
    for needle in [MARK].into_iter().chain(ENCODED) {
        assert!(!text.contains(needle), "{text}");
    }
}

/// Of headers, what goes over the wire, sorted: their order means nothing.
fn sorted(mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
    for (name, _) in &mut headers {
        name.make_ascii_lowercase();
    }
    headers.sort();
    headers
}

/// The preview and the request have the same headers, but for secrets and what the wire adds.
fn assert_same(delivery: &Delivery, kind: Option<&ConnectionKind>) {
    let previewed = world(kind.cloned()).preview(delivery).expect("a request");
    let sent = world(kind.cloned()).sent(delivery);
    assert_shows_no_secret(&previewed);
    let mut of_preview = previewed.headers.clone();
    let host = of_preview.remove(0);
    assert_eq!(host, ("host".to_owned(), Some("example.com".to_owned())));
    of_preview.retain(|(name, value)| {
        let is_length = name == "content-length";
        if is_length {
            assert_eq!(value.as_deref(), Some(sent.body.len().to_string().as_str()));
        }
        !is_length
    });
    let blot = |(name, value): &(String, String)| {
        let is_secret = value.contains(MARK) || value.starts_with("Basic ");
        (name.clone(), if is_secret { "[secret]".to_owned() } else { value.clone() })
    };
    let shown =
        of_preview.iter().map(|(name, value)| (name.clone(), value.clone().unwrap_or_else(|| "[secret]".to_owned())));
    assert_eq!(sorted(shown.collect()), sorted(sent.headers.iter().map(blot).collect()));
    assert_eq!(previewed.method, sent.method);
    // What stands in the place of a secret has the form of one in a URL, or in JSON.
    let placed =
        |text: &str| text.replace("PLANTED5ECRET-query", "%5Bsecret%5D").replace("PLANTED5ECRET-value", "%5Bsecret%5D");
    assert_eq!(previewed.url, placed(&sent.url));
    let body = String::from_utf8_lossy(&sent.body).replace("PLANTED5ECRET-member", "[secret]");
    assert_eq!(String::from_utf8_lossy(&previewed.body), body);
}

#[test]
fn a_preview_of_every_kind_of_authentication_is_what_would_be_sent() {
    for auth in [Auth::None, basic(), api_key(KeyPlace::Header), api_key(KeyPlace::Query), oauth()] {
        let mut delivery = signed(auth);
        delivery.target.headers = vec![hidden("X-Hidden"), shown("x-shown", "value"), shown("Accept", "text/plain")];
        assert_same(&delivery, None);
        delivery.target.shape.format = PayloadFormat::StandardWebhooks;
        assert_same(&delivery, None);
    }
}

#[test]
fn a_preview_of_every_kind_of_connection_is_what_would_be_sent() {
    for kind in kinds() {
        let mut delivery = signed(connection());
        delivery.target.headers = vec![shown("x-added", "configured"), shown("x-shown", "value")];
        assert_same(&delivery, Some(&kind));
    }
}

#[test]
fn what_differs_from_the_request_is_noted() {
    let notes = |delivery: &Delivery, kind: Option<ConnectionKind>| {
        world(kind).preview(delivery).expect("a request").notes.join("; ")
    };
    assert!(notes(&signed(oauth()), None).contains("no access token was asked for"));
    assert!(notes(&signed(api_key(KeyPlace::Query)), None).contains("parameters of the URL"));
    let [kind, ..] = kinds();
    assert!(notes(&signed(connection()), Some(kind)).contains("members"));
    let mut fixed = signed(Auth::None);
    assert!(!notes(&fixed, None).contains("static IP"));
    fixed.target.static_ip = true;
    assert!(notes(&fixed, None).contains("static IP"));
}

#[test]
fn a_length_is_shown_where_one_would_be_sent() {
    let length = |method, payload: &'static [u8]| {
        let mut delivery = signed(Auth::None);
        (delivery.target.method, delivery.payload) = (method, Payload::Inline(payload.into()));
        let previewed = world(None).preview(&delivery).expect("a request");
        previewed.headers.into_iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value)
    };
    assert_eq!(length(Method::Post, b"").as_deref(), Some("0"));
    assert_eq!(length(Method::Get, b"{}").as_deref(), Some("2"));
    assert_eq!(length(Method::Get, b""), None);
    assert_eq!(length(Method::Delete, b""), None);
}

#[test]
fn what_can_not_be_sent_can_not_be_shown() {
    let mut delivery = signed(Auth::None);
    delivery.target.shape.format = PayloadFormat::StandardWebhooks;
    delivery.payload = Payload::Inline((&b"<a/>"[..]).into());
    let refused = world(None).preview(&delivery).expect_err("it is refused");
    assert_eq!(refused.obstacle, Obstacle::PayloadNotJson);
    let bare = world(None);
    bare.state().secrets.clear();
    let refused = bare.preview(&signed(basic())).expect_err("it is refused");
    assert_eq!(refused.obstacle, Obstacle::CredentialsMissing);
    let world = world(None);
    world.state().payload = large(b"{");
    let refused = world.preview(&stored(signed(Auth::None), WHOLE_PAYLOAD_MAX_BYTES + 1));
    assert_eq!(refused.map(|_| ()).map_err(|error| error.obstacle), Err(Obstacle::PayloadNotShapeable));
}

proptest! {
    #[test]
    fn no_secret_is_in_a_preview(
        auth in select(vec![Auth::None, basic(), api_key(KeyPlace::Header), api_key(KeyPlace::Query), oauth(), connection()]),
        kind in select(kinds().to_vec()),
        hides in any::<bool>(),
        envelope in any::<bool>(),
        name in "[a-z.{}$\"]{1,8}",
        member in "[ -~]{0,12}",
    ) {
        let mut delivery = signed(auth);
        delivery.event_name = Some(name);
        delivery.target.headers = vec![if hides { hidden("X-Hidden") } else { shown("X-Hidden", "value") }];
        if envelope {
            delivery.target.shape.format = PayloadFormat::StandardWebhooks;
        }
        let payload = serde_json::json!({ "member": member }).to_string();
        delivery.payload = Payload::Inline(payload.into_bytes().into());
        let previewed = world(Some(kind)).preview(&delivery).expect("a request");
        assert_shows_no_secret(&previewed);
    }
}

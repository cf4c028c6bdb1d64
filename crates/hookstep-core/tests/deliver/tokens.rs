//! Access tokens: a receiver that refuses one gets another, once.

use hookstep_core::attempt::{Obstacle, Outcome};
use hookstep_core::auth::Auth;

use crate::make::{answered, delivery_as, large, oauth, owner, stored, unreachable};
use crate::world::{Sent, World, with_tokens};

fn authorizations(world: &World) -> Vec<String> {
    let state = world.state();
    let one = |sent: &Sent| {
        let values = sent.header("authorization");
        assert_eq!(values.len(), 1, "{values:?}");
        values[0].to_owned()
    };
    state.sent.iter().map(one).collect()
}

#[test]
fn a_token_is_sent_as_a_bearer() {
    let world = with_tokens([Ok("first")]);
    let attempt = world.deliver(&delivery_as(oauth())).expect("no fault of ours");
    assert_eq!(attempt.outcome(), Outcome::Delivered);
    assert_eq!(authorizations(&world), ["Bearer first"]);
    let state = world.state();
    assert_eq!((state.token_requests.len(), state.forgotten.len()), (1, 0));
    let form = &state.token_requests[0].form;
    assert!(form.iter().any(|(name, value)| name == "client_secret" && value.expose() == "client-secret"));
}

#[test]
fn a_401_drops_the_token_and_sends_once_more_with_another() {
    let world = with_tokens([Ok("revoked"), Ok("fresh")]);
    world.state().answers = [answered(401, "who are you"), answered(200, "welcome")].into();
    let attempt = world.deliver(&delivery_as(oauth())).expect("no fault of ours");
    assert_eq!(attempt.outcome(), Outcome::Delivered);
    assert_eq!(authorizations(&world), ["Bearer revoked", "Bearer fresh"]);
    let state = world.state();
    assert_eq!(state.forgotten, ["Bearer revoked"]);
    // The same event to the same place, as one attempt.
    let [first, second] = &state.sent[..] else { panic!("{} requests", state.sent.len()) };
    assert_eq!(
        (first.header("webhook-id"), &first.body, &first.url),
        (second.header("webhook-id"), &second.body, &second.url)
    );
    assert_eq!(attempt.number, 1);
    assert_eq!(state.opened_secrets.len(), 1);
    drop(state);
    assert!(attempt.response.is_some_and(|response| response.status_code == 200));
}

#[test]
fn a_second_401_is_the_receivers_last_word() {
    let world = with_tokens([Ok("first"), Ok("second")]);
    world.state().answers = [answered(401, "no"), answered(401, "still no"), answered(200, "never asked")].into();
    let attempt = world.deliver(&delivery_as(oauth())).expect("no fault of ours");
    assert_eq!(attempt.outcome(), Outcome::Rejected);
    assert!(attempt.response.is_some_and(|response| response.status_code == 401));
    assert_eq!(world.state().sent.len(), 2);
    assert_eq!(world.state().forgotten, ["Bearer first", "Bearer second"]);
}

#[test]
fn nothing_but_a_401_asks_for_another_token() {
    for exchange in [
        answered(400, ""),
        answered(403, ""),
        answered(407, ""),
        answered(500, ""),
        unreachable(Obstacle::ConnectionClosed),
    ] {
        let world = with_tokens([Ok("only")]);
        world.state().answers = [exchange].into();
        world.deliver(&delivery_as(oauth())).expect("no fault of ours");
        let state = world.state();
        assert_eq!((state.sent.len(), state.forgotten.len()), (1, 0));
    }
}

#[test]
fn without_a_token_nothing_is_sent() {
    for obstacle in [
        Obstacle::TokenRejected,
        Obstacle::TokenInvalid,
        Obstacle::TokenTimeout,
        Obstacle::TokenUnreachable,
        Obstacle::TokenAddressNotAllowed,
    ] {
        let world = with_tokens([Err(obstacle)]);
        assert_eq!(world.refused(&delivery_as(oauth())), (obstacle, "as told".to_owned()));
    }
}

#[test]
fn where_there_is_no_second_token_the_answer_is_the_receivers() {
    let world = with_tokens([Ok("revoked"), Err(Obstacle::TokenRejected)]);
    world.state().answers = [answered(401, "no")].into();
    let attempt = world.deliver(&delivery_as(oauth())).expect("no fault of ours");
    assert_eq!((attempt.outcome(), attempt.error), (Outcome::Rejected, None));
    assert!(attempt.response.is_some_and(|response| response.status_code == 401));
    // Also the next delivery does not begin with the token that was refused.
    let state = world.state();
    assert_eq!((state.sent.len(), &state.forgotten[..]), (1, &["Bearer revoked".to_owned()][..]));
}

#[test]
fn a_stored_payload_is_read_once_for_both_requests_and_a_larger_one_again() {
    for (payload, opened) in [(b"a payload".to_vec(), 1), (large(b"a larger payload"), 2)] {
        let world = with_tokens([Ok("revoked"), Ok("fresh")]);
        let size = payload.len() as u64;
        world.state().payload = payload;
        world.state().answers = [answered(401, "no")].into();
        world.deliver(&stored(delivery_as(oauth()), size)).expect("no fault of ours");
        let state = world.state();
        assert_eq!((state.opened_payloads, state.sent.len()), (opened, 2));
        for sent in &state.sent {
            assert!(sent.body == state.payload);
            assert_eq!(sent.streamed, (opened > 1).then_some(size));
        }
    }
}

#[test]
fn tokens_are_asked_for_in_the_name_of_their_webhook() {
    // The world checks the owner that it is asked with.
    let mut delivery = delivery_as(oauth());
    let world = with_tokens([Ok("first")]);
    world.deliver(&delivery).expect("no fault of ours");
    assert_eq!(owner().tenant, delivery.key.tenant);
    // A webhook without authentication asks for none.
    delivery.target.auth = Auth::None;
    world.deliver(&delivery).expect("no fault of ours");
    assert_eq!(world.state().patience.len(), 1);
}

//! The calls that the console was given: others may make them as well.

use hookstep_aws::payloads::DOWNLOAD_URL_LIFE;

use super::call::{Call, Content, Described};
use super::console::{link, settings, trial, trouble};

pub(super) fn overview() -> Described {
    let answer = Content::of("How things stand.", "Overview").example("trouble", "A receiver is down", &trouble()?);
    let description = "What needs attention: webhooks whose receivers fail and those that were disabled for it, what waits and what runs. It looks \
                       at 1,000 webhooks and at 250 events of each partition at most, and says where there are more; ten webhooks \
                       of each kind are named.";
    Ok(Call::new("Events", "What needs attention now", description).answer(200, answer.answer()))
}

pub(super) fn test_filter() -> Call {
    let body = Content::of("The filter and the event.", "FilterTest").example("match", "It matches", &trial());
    let answer = Content::of("Whether it does.", "FilterTestResult").example(
        "match",
        "It matches",
        &serde_json::json!({ "matches": true }),
    );
    let description = "Holds a filter against an event, by the code that decides which webhooks an event of the bus is for. Nothing is sent or kept.";
    Call::new("Webhooks", "Try a filter", description)
        .body(body.body(&["application/json"]))
        .answer(200, answer.answer())
        .problems(&["invalid_body", "invalid_json", "validation_failed", "payload_too_large"])
}

fn download(summary: &'static str, description: &'static str) -> Call {
    const {
        // What the descriptions say.
        assert!(DOWNLOAD_URL_LIFE.as_secs() == 300);
    }
    let answer = Content::of("Where the bytes are, for five minutes.", "Download").example("link", "A link", &link());
    Call::new("Events", summary, description)
        .answer(200, answer.answer())
        .problems(&["webhook_not_found", "event_not_found"])
}

pub(super) fn payload() -> Call {
    let description = "For a payload that is kept apart from the event's row (`payload_s3_key`). One that is not is shown with the event.";
    download("Download a payload", description).problems(&["payload_not_stored"])
}

pub(super) fn response() -> Call {
    let description = "For what is kept of a response apart from the event's row (`response_s3_key`). One that is not is shown with the event.";
    download("Download a response", description).problems(&["attempt_not_found", "response_not_stored"])
}

pub(super) fn config() -> Call {
    let answer = Content::of("The settings.", "ConsoleConfig").example("jwt", "With tokens", &settings());
    Call::new(
        "Service",
        "The settings of the console",
        "How it signs in, and whose console it is. Nothing of it is secret.",
    )
    .answer(200, answer.answer())
}

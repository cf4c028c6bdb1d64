//! The sample receiver and the webhook that points at it.

use anyhow::{Context as _, Result};
use hookstep_local::api::{Api, NewWebhook, Webhook};
use hookstep_local::receiver::Receiver;

const NAME: &str = "sample";
pub(super) const PATH: &str = "/hooks/sample";

pub(super) struct Sample {
    pub(super) receiver: Receiver,
    pub(super) webhook: Webhook,
}

/// Starts the receiver where the sample webhook of an earlier run expects it, if there is one and its port is free; otherwise
/// on a free port, with a new webhook.
pub(super) async fn start(api: &Api) -> Result<Sample> {
    let earlier = api.list_webhooks().await?.data.into_iter().find(|webhook| webhook.name == NAME);
    if let Some(webhook) = earlier {
        if let Some(port) = port_of(&webhook.url)
            && let Ok(receiver) = Receiver::start_on(port).await
        {
            return Ok(Sample { receiver, webhook });
        }
        api.delete_webhook(&webhook.config_id).await?;
    }
    let receiver = Receiver::start().await?;
    let wanted = NewWebhook {
        description: Some("Made by `cargo xtask up`; its receiver runs as long as that does.".to_owned()),
        ..NewWebhook::to(NAME, receiver.url(PATH))
    };
    let webhook = api.create_webhook(&wanted).await.context("cannot create the sample webhook")?;
    Ok(Sample { receiver, webhook })
}

/// The port of a URL that [`start`] made.
fn port_of(url: &str) -> Option<u16> {
    url.strip_suffix(PATH)?.rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_found_in_a_sample_url_only() {
        assert_eq!(port_of("http://127.0.0.1:40123/hooks/sample"), Some(40123));
        assert_eq!(port_of("http://127.0.0.1/hooks/sample"), None);
        assert_eq!(port_of("http://127.0.0.1:40123/other"), None);
    }
}

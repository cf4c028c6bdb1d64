//! The bytes that were given are the bytes that are sent, whatever they are.

use anyhow::Result;
use hookstep_tests::{Scene, Trigger};

/// Triggers in both modes and compares what arrived.
async fn assert_arrives_unchanged(content_type: &str, payload: &[u8]) -> Result<()> {
    let scene = Scene::new().await?;
    for sync in [true, false] {
        let trigger = Trigger {
            body: payload.to_vec().into(),
            content_type: Some(content_type.to_owned()),
            sync: Some(sync),
            ..Trigger::default()
        };
        let event = scene.deliver(&trigger).await?;
        assert_eq!(event.status, "succeeded", "{event:?}");
        let received = scene.request_of(&event.event_id)?;
        assert_eq!(&received.body[..], payload, "sync: {sync}");
        assert_eq!(received.header("content-type").as_deref(), Some(content_type));
        assert_eq!(received.header("content-length"), Some(payload.len().to_string()));
        assert_eq!(received.header("transfer-encoding"), None);
        assert_eq!(event.rest["content_type"], content_type);
        assert_eq!(event.rest["payload_size"], payload.len());
    }
    Ok(())
}

#[tokio::test]
async fn json_keeps_its_white_space_order_and_number_forms() -> Result<()> {
    let odd = "{ \"b\":1.0, \"a\" : 1e2,\r\n\t\"a\":10000000000000000000001, \"\\u00e9\":\"\u{e9}\\/\" }\n";
    assert_arrives_unchanged("application/json", odd.as_bytes()).await
}

#[tokio::test]
async fn json_that_is_not_json_arrives_as_it_is() -> Result<()> {
    assert_arrives_unchanged("application/json", b"{\"open\": ").await
}

#[tokio::test]
async fn plain_text_arrives_as_it_is() -> Result<()> {
    let text = "line\r\nline\rline\n\u{feff}\u{1f980} \u{d7ff}\u{10ffff} \" \\ \u{2028}";
    assert_arrives_unchanged("text/plain; charset=utf-8", text.as_bytes()).await
}

#[tokio::test]
async fn a_form_arrives_as_it_is() -> Result<()> {
    assert_arrives_unchanged("application/x-www-form-urlencoded", b"a=1&a=2&b=%20+%zz&c").await
}

#[tokio::test]
async fn xml_arrives_as_it_is() -> Result<()> {
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<a b='\u{e9}'>&lt;&#xe9;<![CDATA[\u{1f980}]]></a>";
    assert_arrives_unchanged("application/xml", xml.as_bytes()).await?;
    assert_arrives_unchanged("application/soap+xml; charset=ISO-8859-1", b"<a>\xe9</a>").await
}

#[tokio::test]
async fn every_byte_there_is_arrives_as_it_is() -> Result<()> {
    let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
    assert_arrives_unchanged("application/octet-stream", &bytes).await
}

#[tokio::test]
async fn nul_bytes_arrive_as_they_are() -> Result<()> {
    assert_arrives_unchanged("text/plain", b"a\0b\0\0").await
}

#[tokio::test]
async fn bytes_that_are_not_utf8_arrive_as_they_are() -> Result<()> {
    assert_arrives_unchanged("application/octet-stream", b"\xc3\x28\xff\xfe\xed\xa0\x80").await?;
    assert_arrives_unchanged("image/png", b"\x89PNG\r\n\x1a\n").await
}

/// API Gateway passes text types on as text, with U+FFFD for what is none: better no event than another payload.
#[tokio::test]
async fn bytes_that_a_text_content_type_cannot_carry_are_refused() -> Result<()> {
    let scene = Scene::new().await?;
    for content_type in ["text/plain", "application/json", "application/xml; charset=ISO-8859-1"] {
        for sync in [true, false] {
            let trigger = Trigger {
                body: b"{\"a\":\"\xe9\"}"[..].into(),
                content_type: Some(content_type.to_owned()),
                sync: Some(sync),
                ..Trigger::default()
            };
            let answer = scene.trigger_raw(&trigger).await?;
            assert_eq!(answer.status, 400, "{content_type}: {}", answer.in_words());
            assert_eq!(answer.problem()?.code, "invalid_body");
        }
    }
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_text_with_the_character_that_stands_for_broken_ones_is_not_broken() -> Result<()> {
    assert_arrives_unchanged("text/plain", "\u{fffd}".as_bytes()).await
}

#[tokio::test]
async fn an_upload_carries_any_bytes_under_any_content_type() -> Result<()> {
    let scene = Scene::new().await?;
    let slot = scene.hookstep.api.create_upload(&scene.webhook.config_id).await?;
    scene.hookstep.api.upload(&slot.upload, &b"<a>\xe9\0</a>"[..]).await?;
    let content_type = "application/xml; charset=ISO-8859-1";
    let trigger = Trigger {
        payload_id: Some(slot.payload_id),
        content_type: Some(content_type.to_owned()),
        ..Trigger::default()
    };
    let event = scene.deliver(&trigger).await?;
    let received = scene.request_of(&event.event_id)?;
    assert_eq!(&received.body[..], b"<a>\xe9\0</a>");
    assert_eq!(received.header("content-type").as_deref(), Some(content_type));
    Ok(())
}

#[tokio::test]
async fn a_multipart_body_arrives_as_it_is() -> Result<()> {
    let body =
        b"--x\r\ncontent-disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n\x89PNG\r\n\x1a\n\r\n--x--\r\n";
    assert_arrives_unchanged("multipart/form-data; boundary=x", body).await
}

#[tokio::test]
async fn a_body_that_looks_like_base64_is_not_decoded() -> Result<()> {
    assert_arrives_unchanged("text/plain", b"aGVsbG8=").await?;
    assert_arrives_unchanged("application/octet-stream", b"aGVsbG8=").await
}

#[tokio::test]
async fn an_empty_payload_arrives_as_an_empty_body() -> Result<()> {
    assert_arrives_unchanged("application/json", b"").await
}

#[tokio::test]
async fn a_single_byte_arrives() -> Result<()> {
    assert_arrives_unchanged("application/json", b"1").await?;
    assert_arrives_unchanged("application/octet-stream", b"\0").await
}

#[tokio::test]
async fn a_payload_without_a_content_type_is_sent_as_bytes() -> Result<()> {
    let scene = Scene::new().await?;
    let trigger = Trigger { body: "plain".into(), sync: Some(true), ..Trigger::default() };
    let outcome = scene.trigger(&trigger).await?;
    let received = scene.request_of(&outcome.event_id)?;
    assert_eq!(
        (received.text().as_str(), received.header("content-type").as_deref()),
        ("plain", Some("application/octet-stream"))
    );
    assert!(scene.event(&outcome.event_id).await?.rest["content_type"].is_null());
    Ok(())
}

#[tokio::test]
async fn the_row_shows_text_as_text_and_bytes_as_base64() -> Result<()> {
    let scene = Scene::new().await?;
    let text = scene.deliver(&Trigger::json("{\"caf\u{e9}\":\"\\\"\"}")).await?;
    assert_eq!(
        (&text.rest["payload"], &text.rest["payload_encoding"]),
        (&"{\"caf\u{e9}\":\"\\\"\"}".into(), &"utf8".into())
    );
    let binary = Some("application/octet-stream".to_owned());
    let trigger = Trigger { content_type: binary, ..Trigger::json(vec![0, 255, 128]) };
    let bytes = scene.deliver(&trigger).await?;
    assert_eq!((&bytes.rest["payload"], &bytes.rest["payload_encoding"]), (&"AP+A".into(), &"base64".into()));
    Ok(())
}

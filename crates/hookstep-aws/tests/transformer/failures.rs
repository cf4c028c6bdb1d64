//! Expressions and payloads that don't go together.

use hookstep_aws::transformer::ProcessTransformer;
use hookstep_core::limits::DETAIL_MAX_BYTES;
use hookstep_core::ports::{TransformError, Transformation, Transformer as _};

use super::world::{EVENT, transform};

#[tokio::test]
async fn a_failure_says_what_and_where() {
    let payload = r#"{"id": 7, "name": "Ada", "items": [{"price": "12"}], "deep": {"er": null}}"#;
    for (expression, what, place) in [
        ("{'total': $sum(items.price)}", "T0412", "(at total, in $sum(...))"),
        ("{'a': 1, 'order': {'ok': id, 'sum': name * 2}}", "T2001", "(at order.sum)"),
        ("items.{'net': $number('x' & price)}", "D3030", "(at net, in $number(...))"),
        ("($rate := $number(name); {'a': $rate})", "D3030", "(in $number(...))"),
        ("id > 5 ? {'x': $nope(1)} : {'y': 1}", "T1006", "(at x, in $nope(...))"),
        ("{'list': [1, 2, $toMillis('yesterday')]}", "D3110", "(at list, in $toMillis(...))"),
        ("$map(items, function($i) { $i.price + 1 })", "T2001", "(in $map(...))"),
        ("$uppercase($substring(name, 0, 1) & $pad(id, 3))", "T0410", "(in $pad(...))"),
        ("{'a': {'b': 1 / 0}}", "a number in it that JSON can't write", "(at a.b)"),
        ("{'f': $sum}", "a function", "(at f)"),
        ("$error('no ' & name)", "no Ada", "(in $error(...))"),
        ("$assert(id = 8, 'wrong')", "wrong", "(in $assert(...))"),
        ("{'a': 1, 'b' 2}", "S0202", "(line 1, column 14 of the expression)"),
        ("{\n  'a': $sum(\n}", "S0211", "(line 3, column 1 of the expression)"),
        ("nothing.here", "no result", ""),
        ("items[price > 100]", "T2009", ""),
        ("function($x) { $x }", "a function", ""),
    ] {
        let message = transform(expression, payload).await.unwrap_err();
        assert!(message.contains(what) && message.ends_with(place), "{expression}: {message}");
    }
}

#[tokio::test]
async fn a_payload_that_is_not_json_is_refused() {
    for payload in [
        &b""[..],
        b"{",
        b"{}{}",
        b"a=1&b=2",
        b"<a/>",
        b"\xff\xfe",
        b"\"\xe9\"",
        b"NaN",
        b"\xef\xbb\xbf{}",
        b"\"\\ud800\"",
    ] {
        let message = transform("$", payload).await.unwrap_err();
        assert!(message.starts_with("the payload is not JSON that can be transformed: "), "{payload:?}: {message}");
    }
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let message = transform("1", deep).await.unwrap_err();
    assert!(message.contains("recursion limit exceeded"), "{message}");
}

#[tokio::test]
async fn a_message_is_bounded_and_one_line() {
    let payload = format!(r#"{{"text": "{}"}}"#, "é\\n".repeat(100_000));
    let members = "long".repeat(100);
    let message = transform(&format!("{{'{members}': {{'{members}': $error(text)}}}}"), payload).await.unwrap_err();
    assert!(message.len() <= DETAIL_MAX_BYTES, "{} bytes", message.len());
    assert!(message.contains("é é é") && message.contains("longlong") && !message.contains('\n'), "{message}");
}

#[tokio::test]
async fn a_process_that_can_not_be_is_our_fault() {
    let job = Transformation { expression: "$", event: EVENT };
    for program in ["/nowhere/at/all", "/bin/true", "/bin/cat", "/bin/false"] {
        let result = ProcessTransformer::of_program(program.into()).transform(job, "{}".into()).await;
        assert!(matches!(result, Err(TransformError::Unavailable(_))), "{program}: {result:?}");
    }
}

/// Whatever a process does, it is known what became of the event.
#[tokio::test]
async fn a_process_that_misbehaves_has_a_meaning() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transformer/misbehaves.sh");
    let end = async |behaviour: &str| {
        let job = Transformation { expression: behaviour, event: EVENT };
        match ProcessTransformer::of_program(script.into()).transform(job, "{}".into()).await {
            Ok(result) => format!("ok {}", String::from_utf8_lossy(&result)),
            Err(TransformError::Failed { message }) => format!("failed {message}"),
            Err(TransformError::Unavailable(source)) => format!("unavailable {source}"),
        }
    };
    for (behaviour, expected) in [
        ("behaves", "ok {\"a\":1}"),
        ("fails", "failed what"),
        ("fails-somewhere", "failed what (where)"),
        ("fails-and-hangs", "failed what"),
        ("fails-and-dies", "failed what"),
        ("hangs", "failed the expression takes longer than 1 s on this payload"),
        ("uses-its-time", "failed the expression takes longer than 1 s on this payload"),
        ("aborts", "failed the expression takes more than 128 MB of memory"),
        ("overflows", "failed the expression is too much for the evaluator"),
        ("panics", "failed the expression is too much for the evaluator"),
        ("never-stops-talking", "unavailable the process ended with"),
        ("talks-nonsense", "unavailable the process ended with exit status: 0 and no answer"),
        ("says-nothing", "unavailable the process ended with exit status: 0 and no answer"),
        ("half-a-failure", "unavailable the process ended with exit status: 0 and no answer"),
        ("half-a-result", "unavailable the process ended with exit status: 1 and no answer"),
        ("is-unable", "unavailable the process ended with exit status: 91 and no answer"),
    ] {
        let end = end(behaviour).await;
        assert!(end.starts_with(expected), "{behaviour}: {end}");
    }
}

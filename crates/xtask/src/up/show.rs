//! What `up` prints.

use std::path::Path;

use hookstep_local::api::Webhook;
use hookstep_local::receiver::ReceivedRequest;
use hookstep_local::stack::Stack;

use super::first_webhook::Delivery;

pub(super) fn delivery(title: &str, delivery: &Delivery) {
    let Delivery { status, attempt, request } = delivery;
    println!("\n{title}");
    println!("  status {status}");
    if let Some(attempt) = attempt {
        let code = attempt.status_code.map_or_else(|| "no status".to_owned(), |code| format!("status {code}"));
        println!("  attempt {}: {}, {code}, {} ms", attempt.number, attempt.outcome, attempt.duration_ms);
    }
    println!("  what the receiver got:");
    println!("    {} {}", request.method, request.target);
    for (name, value) in &request.headers {
        println!("    {name}: {}", String::from_utf8_lossy(value));
    }
    println!("\n    {}", request.text());
}

pub(super) fn arrival(request: &ReceivedRequest) {
    let id = request.header("webhook-id").unwrap_or_else(|| "no webhook-id".to_owned());
    println!("receiver: {} {} {id}, {} bytes", request.method, request.target, request.body.len());
}

pub(super) fn ready(stack: &Stack, webhook: &Webhook, stack_file: &Path, seconds: f32) {
    let api = &stack.api_url;
    println!("\nHookstep is up after {seconds:.1} s. Ctrl-C stops it.\n");
    println!("  API              {api}");
    if let Some(url) = &stack.console_url {
        println!("  console          {url}");
    }
    println!("  AWS endpoint     {}", stack.endpoint_url);
    if let Some(url) = &stack.receiver_url {
        println!("  sample receiver  {url}");
    }
    println!("  sample webhook   {}", webhook.config_id);
    println!("  description      {}", stack_file.display());
    println!("\nSend a webhook yourself:");
    println!(
        "  curl -H 'content-type: application/json' -d '{{\"n\":1}}' '{api}/webhook/{}/trigger?sync=true'",
        webhook.config_id
    );
    println!("  curl '{api}/webhook/{}/events'", webhook.config_id);
}

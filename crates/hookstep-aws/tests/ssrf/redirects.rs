//! Receivers that send the sender on.

use hookstep_local::receiver::Script;

use crate::world::{CLOSED, OPEN, World, came_to, post};

/// The places that a receiver might name, none of which may be asked.
fn elsewhere(world: &World) -> Vec<String> {
    let port = world.port();
    vec![
        format!("http://127.0.0.2:{port}/hook"),
        format!("//127.0.0.2:{port}/hook"),
        format!("http://inside.example:{port}/"),
        format!("http://127.0.0.1:{port}/other"),
        "/other".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[fd00:ec2::254]/latest/meta-data/".to_owned(),
        "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next".to_owned(),
        "gopher://127.0.0.1:6379/_INFO".to_owned(),
        "file:///proc/self/environ".to_owned(),
    ]
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let world = World::new().await;
    world.names.answer("inside.example", [vec![CLOSED]]);
    let sender = world.sender();
    let mut sent = 0;
    for status in [201, 300, 301, 302, 303, 304, 305, 307, 308] {
        for location in elsewhere(&world) {
            world.receiver.on("/hook", Script::redirect(status, &location));
            let exchange = post(&sender, &world.url("127.0.0.1")).await;
            assert_eq!(came_to(&exchange), Ok(status), "{status} to {location}");
            let kept = exchange.response.unwrap().headers;
            assert!(kept.contains(&("location".to_owned(), location.clone())), "{kept:?}");
            sent += 1;
        }
    }
    assert_eq!((world.receiver.requests_to("/hook").len(), world.receiver.requests_to("/other").len()), (sent, 0));
    assert_eq!((world.names.asked(), world.canary.connections().await), (0, 0));
}

#[tokio::test]
async fn no_other_header_of_an_answer_leads_elsewhere() {
    let world = World::new().await;
    world.names.answer("hooks.example", [vec![OPEN]]);
    let (sender, inside) = (world.sender(), format!("127.0.0.2:{}", world.port()));
    for (name, value) in [
        ("refresh", format!("0; url=http://{inside}/")),
        ("content-location", format!("http://{inside}/")),
        ("alt-svc", format!("h2=\"{inside}\"; ma=3600, http/1.1=\"{inside}\"; ma=3600; persist=1")),
        ("alt-used", inside.clone()),
        ("link", format!("<http://{inside}/>; rel=preload")),
        ("set-cookie", "session=1; Path=/".to_owned()),
        ("strict-transport-security", "max-age=31536000; includeSubDomains".to_owned()),
    ] {
        world.receiver.on("/hook", Script::status(200).header(name, value));
        for _ in 0..2 {
            assert_eq!(came_to(&post(&sender, &world.url("hooks.example")).await), Ok(200), "{name}");
        }
    }
    let requests = world.receiver.requests_to("/hook");
    assert_eq!((requests.len(), world.canary.connections().await), (14, 0));
    assert!(requests.iter().all(|request| request.header("cookie").is_none()));
}

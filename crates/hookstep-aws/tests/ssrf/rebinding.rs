//! Names that resolve to one address and then to another.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hookstep_core::address::Reachable;
use hookstep_core::attempt::Obstacle;
use hookstep_local::receiver::Script;
use tokio::net::TcpSocket;

use crate::world::{CLOSED, Canary, OPEN, World, came_to, post};

const REFUSED: Result<u16, Obstacle> = Err(Obstacle::AddressNotAllowed);

#[tokio::test]
async fn what_the_operator_opened_is_reached_so_the_canary_hears_what_gets_through() {
    let world = World::new().await;
    world.names.answer("inside.example", [vec![CLOSED]]);
    let sender = world.sender_to(Reachable::new("127.0.0.0/8".parse().unwrap(), "1-65535".parse().unwrap()));
    for host in ["127.0.0.2", "inside.example"] {
        let exchange = post(&sender, &world.url(host)).await;
        assert_eq!(exchange.response.map(|received| received.body), Some("canary".into()), "{host}");
    }
    assert_eq!(world.canary.connections().await, 2);
}

#[tokio::test]
async fn a_name_that_turns_to_an_internal_address_is_refused_from_then_on() {
    let world = World::new().await;
    world.receiver.on("/hook", Script::status(200).closing());
    world.names.answer("rebind.example", [vec![OPEN], vec![CLOSED]]);
    let (sender, url) = (world.sender(), world.url("rebind.example"));
    assert_eq!(came_to(&post(&sender, &url).await), Ok(200));
    // The name was asked for once: a second answer, between check and dial, can't come in.
    assert_eq!(world.names.asked(), 1);
    assert_eq!(came_to(&post(&sender, &url).await), REFUSED);
    assert_eq!((world.names.asked(), world.receiver.connections(), world.canary.connections().await), (2, 1, 0));
}

#[tokio::test]
async fn a_name_that_turns_to_a_public_address_is_refused_until_then() {
    let world = World::new().await;
    world.names.answer("rebind.example", [vec![CLOSED], vec![OPEN]]);
    let (sender, url) = (world.sender(), world.url("rebind.example"));
    assert_eq!(came_to(&post(&sender, &url).await), REFUSED);
    assert_eq!((world.names.asked(), world.receiver.connections()), (1, 0));
    assert_eq!(came_to(&post(&sender, &url).await), Ok(200));
    assert_eq!((world.names.asked(), world.canary.connections().await), (2, 0));
}

#[tokio::test]
async fn whatever_the_resolver_says_next_only_checked_addresses_are_dialled() {
    let world = World::new().await;
    world.receiver.on("/hook", Script::status(200).closing());
    let turns = (0..40_u32).map(|turn| match turn % 5 {
        0 => vec![OPEN],
        1 => vec![CLOSED],
        2 => vec![CLOSED, OPEN],
        3 => vec![OPEN, CLOSED],
        _ => vec![Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(), Ipv4Addr::new(127, 0, 0, 2).to_ipv6_mapped().into()],
    });
    world.names.answer("flux.example", turns);
    let (sender, url) = (world.sender(), world.url("flux.example"));
    for turn in 0..40 {
        let expected = if turn % 5 == 1 { REFUSED } else { Ok(200) };
        assert_eq!(came_to(&post(&sender, &url).await), expected, "turn {turn}");
        assert_eq!(world.names.asked(), turn + 1);
    }
    assert_eq!((world.receiver.connections(), world.canary.connections().await), (32, 0));
}

#[tokio::test]
async fn when_the_public_address_of_a_mixed_answer_fails_no_internal_one_is_tried() {
    let world = World::new().await;
    // A port that nothing listens on at 127.0.0.1, and the canary at 127.0.0.2.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind((OPEN, 0).into()).unwrap();
    let port = closed.local_addr().unwrap().port();
    let canary = Canary::listen((CLOSED, port)).await.expect("the port is free there");
    for answer in [vec![OPEN, CLOSED], vec![CLOSED, OPEN]] {
        world.names.answer("mixed.example", [answer]);
        let exchange = post(&world.sender(), &format!("http://mixed.example:{port}/")).await;
        assert_eq!(came_to(&exchange), Err(Obstacle::ConnectionRefused));
    }
    assert_eq!(canary.connections().await, 0);
}

#[tokio::test]
async fn a_connection_that_was_kept_is_the_one_that_was_checked() {
    let world = World::new().await;
    world.names.answer("kept.example", [vec![OPEN], vec![CLOSED]]);
    let (sender, url) = (world.sender(), world.url("kept.example"));
    for _ in 0..3 {
        assert_eq!(came_to(&post(&sender, &url).await), Ok(200));
    }
    // One connection, to the address of the first answer; nobody asked for another.
    assert_eq!((world.receiver.connections(), world.receiver.requests().len(), world.names.asked()), (1, 3, 1));
    world.receiver.close_idle().await;
    assert_eq!(came_to(&post(&sender, &url).await), REFUSED);
    assert_eq!(world.canary.connections().await, 0);
}

#[tokio::test]
async fn an_address_is_not_asked_for_and_is_checked_all_the_same() {
    let world = World::new().await;
    let sender = world.sender();
    for host in ["127.0.0.2", "127.0.2", "0x7f.2", "2130706434", "0177.0.0.2", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]"]
    {
        assert_eq!(came_to(&post(&sender, &world.url(host)).await), REFUSED, "{host}");
    }
    for host in ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"] {
        assert_eq!(came_to(&post(&sender, &world.url(host)).await), Ok(200), "{host}");
    }
    assert_eq!((world.names.asked(), world.canary.connections().await), (0, 0));
}

#[tokio::test]
async fn every_form_of_an_internal_address_that_a_name_resolves_to_is_refused() {
    let world = World::new().await;
    let inside = Ipv4Addr::new(127, 0, 0, 2);
    let nat64 = Ipv6Addr::from_bits("64:ff9b::".parse::<Ipv6Addr>().unwrap().to_bits() | u128::from(inside.to_bits()));
    let forms: [IpAddr; 8] = [
        inside.into(),
        inside.to_ipv6_mapped().into(),
        Ipv6Addr::from_bits(inside.to_bits().into()).into(),
        nat64.into(),
        Ipv4Addr::UNSPECIFIED.into(),
        Ipv6Addr::UNSPECIFIED.into(),
        Ipv6Addr::LOCALHOST.into(),
        Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().into(),
    ];
    for form in forms {
        world.names.answer("form.example", [vec![form]]);
        assert_eq!(came_to(&post(&world.sender(), &world.url("form.example")).await), REFUSED, "{form}");
    }
    // 0.0.0.0 and :: lead to the machine itself: the receiver would have seen them.
    assert_eq!((world.receiver.connections(), world.canary.connections().await), (0, 0));
}

#[tokio::test]
async fn the_runtime_api_is_refused_whatever_the_lists_say_and_however_it_is_named() {
    let world = World::new().await;
    let runtime_api = Canary::listen((OPEN, 0)).await.unwrap();
    let lists = Reachable::new("127.0.0.0/8, ::/0, api.example".parse().unwrap(), "1-65535".parse().unwrap());
    let sender = world.sender_to(lists.without(&format!("127.0.0.1:{}", runtime_api.port())));
    world.names.answer("api.example", [vec![OPEN, Ipv6Addr::LOCALHOST.into()]]);
    world.names.answer("localhost", [vec![OPEN]]);
    for host in ["127.0.0.1", "127.1.2.3", "2130706433", "[::ffff:127.0.0.1]", "[::1]", "api.example", "localhost"] {
        let url = format!("http://{host}:{}/2018-06-01/runtime/invocation/next", runtime_api.port());
        assert_eq!(came_to(&post(&sender, &url).await), REFUSED, "{host}");
    }
    assert_eq!(came_to(&post(&sender, &world.url("127.0.0.1")).await), Ok(200));
    assert_eq!(runtime_api.connections().await, 0);
}

#[tokio::test]
async fn a_port_that_is_not_open_is_refused_before_anything_is_asked_for() {
    let world = World::new().await;
    let other = Canary::listen((OPEN, 0)).await.unwrap();
    let ports = world.port().to_string();
    let sender = world.sender_to(Reachable::new("127.0.0.1".parse().unwrap(), ports.parse().unwrap()));
    world.names.answer("port.example", [vec![OPEN]]);
    for host in ["127.0.0.1", "port.example"] {
        assert_eq!(came_to(&post(&sender, &format!("http://{host}:{}/", other.port())).await), REFUSED);
        assert_eq!(came_to(&post(&sender, &format!("https://{host}/")).await), REFUSED);
    }
    assert_eq!((world.names.asked(), other.connections().await), (0, 0));
    assert_eq!(came_to(&post(&sender, &world.url("port.example")).await), Ok(200));
}

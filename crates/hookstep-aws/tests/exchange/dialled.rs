//! What is dialled was checked, and what can't be reached does not stand in the way of what can.

use std::time::Duration;

use hookstep_core::address::Reachable;
use hookstep_core::attempt::Obstacle;
use hookstep_local::receiver::{Receiver, Script};
use rustls::RootCertStore;
use tokio::net::TcpListener;

use super::phases::Full;
use super::server::{OK, Server};
use super::world::{World, request};

#[tokio::test]
async fn an_address_that_may_not_be_reached_is_not_dialled() {
    // Every address of this network is this machine.
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let server = Server::on(listener, |mut accepted| async move { accepted.answers(OK).await });
    let (world, port) = (World::new(), server.address.port());
    for host in ["127.0.0.2", "127.0.0.02", "2130706434", "0x7f.2", "0.0.0.0", "[::1]", "[::ffff:127.0.0.2]", "[::]"] {
        world.fails(request(&format!("http://{host}:{port}/")), Obstacle::AddressNotAllowed).await;
    }
    world.names.set("inside.test", &[&["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1"]]);
    world.fails(request(&format!("http://inside.test:{port}/")), Obstacle::AddressNotAllowed).await;
    assert_eq!(server.connections(), 0);
    // Of several addresses those that may be reached are.
    world.names.set("both.test", &[&["127.0.0.2", "127.0.0.1", "10.0.0.1"]]);
    world.delivers(&format!("http://both.test:{port}/")).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_port_that_is_not_open_is_not_dialled_and_its_name_not_asked_for() {
    let receiver = Receiver::start().await.unwrap();
    let loopback = Reachable::new("127.0.0.0/8".parse().unwrap(), "80,443".parse().unwrap());
    let world = World::that_reaches(loopback, RootCertStore::empty());
    world.names.set("receiver.test", &[&["127.0.0.1"]]);
    for host in ["127.0.0.1", "receiver.test"] {
        let url = format!("http://{host}:{}/", receiver.port());
        world.fails(request(&url), Obstacle::AddressNotAllowed).await;
    }
    assert_eq!((receiver.connections(), world.names.asked()), (0, 0));
}

#[tokio::test]
async fn an_endpoint_of_the_function_itself_is_not_dialled() {
    let receiver = Receiver::start().await.unwrap();
    let own = format!("127.0.0.1:{}", receiver.port());
    let reachable = Reachable::new("127.0.0.0/8".parse().unwrap(), "1-65535".parse().unwrap()).without(&own);
    let world = World::that_reaches(reachable, RootCertStore::empty());
    world.names.set("own.test", &[&["127.0.0.1"]]);
    for host in ["127.0.0.1", "own.test"] {
        let url = format!("http://{host}:{}/2018-06-01/runtime/invocation/next", receiver.port());
        world.fails(request(&url), Obstacle::AddressNotAllowed).await;
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_next_time_is_checked_the_next_time() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    receiver.on("/", Script::status(200).closing());
    world.names.set("rebinds.test", &[&["127.0.0.1"], &["127.0.0.2"]]);
    let url = format!("http://rebinds.test:{}/", receiver.port());
    world.delivers(&url).await;
    world.fails(request(&url), Obstacle::AddressNotAllowed).await;
    // Once for each: what was checked is what was dialled.
    assert_eq!((world.names.asked(), receiver.connections()), (2, 1));
    // While a connection is kept, it leads to the address that was checked when it was dialled.
    receiver.on("/kept", Script::status(200));
    world.names.set("rebinds.test", &[&["127.0.0.1"], &["127.0.0.2"]]);
    for _ in 0..2 {
        world.delivers(&format!("{url}kept")).await;
    }
    assert_eq!((world.names.asked(), receiver.connections()), (3, 2));
    world.clock.moves(60_000);
    world.fails(request(&format!("{url}kept")), Obstacle::AddressNotAllowed).await;
}

#[tokio::test]
async fn an_address_that_does_not_answer_costs_a_head_start_and_no_more() {
    let full = Full::at("127.0.0.3:0").await;
    let listener = TcpListener::bind(("127.0.0.1", full.port)).await.unwrap();
    let server = Server::on(listener, |mut accepted| async move { accepted.answers(OK).await });
    let loopback = Reachable::new("127.0.0.0/8".parse().unwrap(), "1-65535".parse().unwrap());
    let world = World::that_reaches(loopback, RootCertStore::empty());
    world.names.set("dead.test", &[&["127.0.0.3", "127.0.0.1"]]);
    let begun = tokio::time::Instant::now();
    world.delivers(&format!("http://dead.test:{}/", full.port)).await;
    assert!((250..3_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_address_that_refuses_costs_nothing() {
    let receiver = Receiver::start().await.unwrap();
    let loopback = Reachable::new("127.0.0.0/8".parse().unwrap(), "1-65535".parse().unwrap());
    let world = World::that_reaches(loopback, RootCertStore::empty());
    world.names.set("one.test", &[&["127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.1"]]);
    let url = format!("http://one.test:{}/", receiver.port());
    let begun = tokio::time::Instant::now();
    world.delivers(&url).await;
    assert!(begun.elapsed() < Duration::from_millis(250), "{:?}", begun.elapsed());
    world.names.set("none.test", &[&["127.0.0.5", "127.0.0.6"]]);
    world.fails(request(&url.replace("one", "none")), Obstacle::ConnectionRefused).await;
}

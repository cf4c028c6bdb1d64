//! The table of bad targets, each sent by the real sender, with a resolver that answers as the table says.

use std::net::IpAddr;

use hookstep_core::address::Reachable;
use hookstep_core::attempt::Obstacle;

use crate::world::{World, came_to, post};

/// The same table as that of `hookstep-core`, which explains its columns and checks the rows that are no URLs.
const TARGETS: &str = include_str!("../../../hookstep-core/tests/addresses/targets.txt");

#[tokio::test]
async fn every_bad_target_is_refused_by_the_sender_and_always_in_the_same_words() {
    let world = World::new().await;
    let mut refusals = Vec::new();
    let (mut literal, mut named) = (0, 0);
    for line in TARGETS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let (refused, target) = (columns[1], columns[2].replace("\\n", "\n").replace("\\t", "\t"));
        if refused != "save" && refused != "dial" {
            continue;
        }
        let (targets, ports) = columns.get(4).copied().unwrap_or_default().split_once(';').unwrap_or_default();
        let targets = columns.get(4).filter(|lists| !lists.contains(';')).copied().unwrap_or(targets);
        let lists = Reachable::new(targets.parse().unwrap(), ports.parse().unwrap());
        let sender = world.sender_to(lists.without("127.0.0.1:9001"));

        let before = world.names.asked();
        if refused == "dial" {
            let answer: Vec<IpAddr> = columns[3].split_whitespace().map(|address| address.parse().unwrap()).collect();
            let url = hookstep_core::webhook::WebhookUrl::parse(&target, true).unwrap();
            world.names.answer(url.host(), [answer]);
        }
        let exchange = post(&sender, &target).await;
        assert_eq!(came_to(&exchange), Err(Obstacle::AddressNotAllowed), "{target}");
        refusals.push(exchange.error);
        // The name is asked for once, and not at all where there is none to ask for or the port is closed.
        let asked = world.names.asked() - before;
        assert_eq!(asked, usize::from(refused == "dial"), "{target}");
        *(if refused == "dial" { &mut named } else { &mut literal }) += 1;
    }
    assert!(literal > 150 && named > 25, "{literal} {named}");
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    println!(
        "{} targets refused at the dial: {literal} by their addresses or ports, {named} by their names",
        literal + named
    );
}

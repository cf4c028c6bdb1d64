//! TCP connections to addresses that may be reached: what is dialled was checked.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use hookstep_core::address::Reachable;
use hookstep_core::attempt::{AttemptError, Obstacle};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::deadline::Deadline;
use super::obstacle::met;
use super::resolve::Resolve;
use super::target::Target;

/// A resolver that has not answered after this time is taken not to answer.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// No connection takes longer than this, whatever the webhook's timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an address has before the next one is tried beside it (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Addresses of one name that are tried.
const ADDRESSES_MAX_COUNT: usize = 16;

/// Connects to the target, and says how long that took from the dial on. The name is resolved once.
pub(super) async fn dial(
    target: &Target,
    resolver: &dyn Resolve,
    reachable: &Reachable,
    deadline: Deadline,
) -> Result<(TcpStream, Duration), AttemptError> {
    let found = match target.literal {
        Some(address) => vec![address],
        None => match deadline.within(RESOLVE_TIMEOUT, resolver.resolve(&target.key.host)).await {
            Some(Ok(found)) if !found.is_empty() => found,
            Some(_) => return Err(met(Obstacle::DnsFailure)),
            None => {
                let detail = "the resolver did not answer in time".to_owned();
                return Err(AttemptError { obstacle: Obstacle::DnsFailure, detail });
            }
        },
    };
    let key = &target.key;
    let permitted = found.into_iter().filter(|&address| reachable.permits(&key.host, address, key.port)).collect();
    let addresses: VecDeque<SocketAddr> =
        alternating(permitted).into_iter().map(|address| SocketAddr::new(address, key.port)).collect();
    if addresses.is_empty() {
        return Err(met(Obstacle::AddressNotAllowed));
    }
    let begun = Instant::now();
    match deadline.within(CONNECT_TIMEOUT, race(addresses)).await {
        Some(Ok(stream)) => Ok((stream, begun.elapsed())),
        Some(Err(obstacle)) => Err(met(obstacle)),
        None => Err(met(Obstacle::ConnectTimeout)),
    }
}

/// Families by turns, in the resolver's order otherwise: where one has no route, the other is not far behind it
/// (RFC 8305, section 4).
fn alternating(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let first_is_v6 = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut turns = Vec::new();
    while turns.len() < ADDRESSES_MAX_COUNT {
        let turn = [first.next(), second.next()];
        if turn == [None, None] {
            break;
        }
        turns.extend(turn.into_iter().flatten());
    }
    turns
}

/// The first connection that is made. The next address is tried when one has failed, or has had its head start.
async fn race(mut addresses: VecDeque<SocketAddr>) -> Result<TcpStream, Obstacle> {
    let mut tries = FuturesUnordered::new();
    let mut failure = Obstacle::ConnectionFailed;
    loop {
        let more = addresses.pop_front().map(|address| tries.push(TcpStream::connect(address))).is_some();
        let first = if more && !addresses.is_empty() {
            let Ok(first) = timeout(HEAD_START, tries.next()).await else { continue };
            first
        } else {
            tries.next().await
        };
        match first {
            Some(Ok(stream)) => {
                // What is small goes out at once. It works without, later.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Some(Err(error)) => failure = worse_known(failure, &error),
            None => return Err(failure),
        }
    }
}

/// Of several failures the one that says most: a host that refuses is there, one without a route may be our fault.
fn worse_known(before: Obstacle, error: &io::Error) -> Obstacle {
    match (before, error.kind()) {
        (Obstacle::ConnectionRefused, _) | (_, io::ErrorKind::ConnectionRefused) => Obstacle::ConnectionRefused,
        (_, io::ErrorKind::TimedOut) => Obstacle::ConnectTimeout,
        _ => before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns_and_no_name_has_more_than_its_share_of_tries() {
        let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        let found = parse(&["2600::1", "2600::2", "2600::3", "9.9.9.1", "9.9.9.2"]);
        assert_eq!(alternating(found), parse(&["2600::1", "9.9.9.1", "2600::2", "9.9.9.2", "2600::3"]));
        assert_eq!(alternating(Vec::new()), Vec::<IpAddr>::new());
        let many = (0..=255).map(|last| IpAddr::from([9, 9, 9, last])).collect();
        assert_eq!(alternating(many).len(), ADDRESSES_MAX_COUNT);
    }

    #[test]
    fn of_several_failures_the_one_that_says_most_is_told() {
        let after = |kinds: &[io::ErrorKind]| {
            kinds.iter().fold(Obstacle::ConnectionFailed, |before, &kind| worse_known(before, &kind.into()))
        };
        let (refused, late) = (io::ErrorKind::ConnectionRefused, io::ErrorKind::TimedOut);
        let no_route = io::ErrorKind::NetworkUnreachable;
        assert_eq!(after(&[no_route]), Obstacle::ConnectionFailed);
        assert_eq!(after(&[no_route, late, no_route]), Obstacle::ConnectTimeout);
        assert_eq!(after(&[refused, late, no_route]), Obstacle::ConnectionRefused);
        assert_eq!(after(&[late, refused]), Obstacle::ConnectionRefused);
    }
}

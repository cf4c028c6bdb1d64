//! Client certificates.

use hookstep_aws::sender::check_identity;
use hookstep_core::attempt::Obstacle;
use hookstep_core::ports::{ClientIdentity, OutboundRequest};
use hookstep_core::secret::Secret;
use hookstep_local::receiver::{Receiver, ReceiverOptions};
use hookstep_local::tls::{self, ClientCertificates};

use super::world::{World, authority, request, trust_in};

fn shown(identity: &tls::ClientIdentity) -> ClientIdentity {
    ClientIdentity {
        certificate: Secret::new(identity.certificate_pem.clone()),
        private_key: Secret::new(identity.private_key_pem.clone()),
    }
}

async fn receiver(clients: ClientCertificates, http2: bool) -> Receiver {
    let identity = authority("trusted").issue(&["127.0.0.1"]).unwrap();
    let options = ReceiverOptions::new().tls(identity).client_certificates(clients);
    Receiver::start_with(if http2 { options.http2() } else { options }).await.unwrap()
}

#[tokio::test]
async fn a_receiver_that_asks_is_shown_the_certificate() {
    let trusted = authority("trusted");
    for http2 in [false, true] {
        let receiver = receiver(ClientCertificates::Required(trusted.clone()), http2).await;
        let (world, client) = (World::that_trusts(trust_in(&trusted)), trusted.issue_client("one").unwrap());
        for _ in 0..2 {
            let exchange =
                world.send(OutboundRequest { identity: Some(shown(&client)), ..request(&receiver.url("/")) }).await;
            assert_eq!(exchange.error, None);
        }
        assert_eq!(receiver.connections(), 1);
        assert!(
            receiver
                .requests()
                .iter()
                .all(|request| request.client_certificate.as_ref() == Some(&client.certificate_der))
        );
    }
}

#[tokio::test]
async fn a_receiver_that_takes_no_other_certificate_says_so_in_the_handshake() {
    let (trusted, other) = (authority("trusted"), authority("other"));
    for http2 in [false, true] {
        let receiver = receiver(ClientCertificates::Required(trusted.clone()), http2).await;
        let world = World::that_trusts(trust_in(&trusted));
        let none = world.fails(request(&receiver.url("/")), Obstacle::TlsFailure).await;
        assert!(none.contains("CertificateRequired"), "{none}");
        let stranger = Some(shown(&other.issue_client("two").unwrap()));
        let unknown = world
            .fails(OutboundRequest { identity: stranger, ..request(&receiver.url("/")) }, Obstacle::TlsFailure)
            .await;
        assert!(unknown.contains("alert"), "{unknown}");
        assert!(receiver.requests().is_empty());
    }
}

#[tokio::test]
async fn nobodys_connection_or_session_is_used_for_anybody_else() {
    let trusted = authority("trusted");
    for http2 in [false, true] {
        let receiver = receiver(ClientCertificates::Asked(trusted.clone()), http2).await;
        let world = World::that_trusts(trust_in(&trusted));
        let (one, two) = (trusted.issue_client("one").unwrap(), trusted.issue_client("two").unwrap());
        let in_turn = [None, Some(&one), Some(&two), None, Some(&two), Some(&one)];
        // The second time on new connections, whose handshakes resume sessions.
        for _ in 0..2 {
            for client in in_turn {
                let identity = client.map(shown);
                let exchange = world.send(OutboundRequest { identity, ..request(&receiver.url("/")) }).await;
                assert_eq!(exchange.error, None);
            }
            world.clock.moves(60_000);
        }
        let certificates: Vec<_> = receiver.requests().into_iter().map(|request| request.client_certificate).collect();
        let expected: Vec<_> =
            in_turn.iter().map(|client| client.map(|client| client.certificate_der.clone())).collect();
        assert_eq!(certificates, [&expected[..], &expected[..]].concat());
        assert_eq!(receiver.connections(), 6);
    }
}

#[tokio::test]
async fn an_identity_that_can_not_be_shown_sends_nothing() {
    let trusted = authority("trusted");
    let receiver = receiver(ClientCertificates::Asked(trusted.clone()), false).await;
    let world = World::that_trusts(trust_in(&trusted));
    let (one, two) = (trusted.issue_client("one").unwrap(), trusted.issue_client("two").unwrap());
    let mixed =
        ClientIdentity { certificate: Secret::new(one.certificate_pem), private_key: Secret::new(two.private_key_pem) };
    let sent = OutboundRequest { identity: Some(mixed), ..request(&receiver.url("/")) };
    let detail = world.fails(sent, Obstacle::CredentialsMissing).await;
    assert_eq!(detail, "the private key is not that of the first certificate");
    assert_eq!(receiver.connections(), 0);
}

#[test]
fn an_identity_is_checked_when_it_is_saved_and_not_quoted() {
    let trusted = authority("trusted");
    let (one, two) = (trusted.issue_client("one").unwrap(), trusted.issue_client("two").unwrap());
    let (certificate, key) = (one.certificate_pem.as_str(), one.private_key_pem.as_str());
    assert_eq!(check_identity(certificate, key), Ok(()));
    let authority_pem = std::fs::read_to_string(trusted.certificate_file()).unwrap();
    assert_eq!(check_identity(&format!("{certificate}\n{authority_pem}"), key), Ok(()));
    let half = &certificate[..certificate.len() / 2];
    let not_x509 = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let not_a_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    for (certificate, key, says) in [
        ("", key, "the certificate holds no `BEGIN CERTIFICATE` in PEM"),
        ("text", key, "the certificate holds no `BEGIN CERTIFICATE` in PEM"),
        (key, key, "the certificate holds no `BEGIN CERTIFICATE` in PEM"),
        (half, key, "the certificate is not PEM that can be read"),
        (not_x509, key, "certificate 1 can't be read"),
        (&format!("{certificate}\n{not_x509}"), key, "certificate 2 can't be read"),
        (&certificate.repeat(11), key, "the certificate holds more than 10 certificates"),
        (
            certificate,
            "",
            "the private key holds no key in PEM that can be read (PKCS #8, PKCS #1 or SEC1, not encrypted)",
        ),
        (
            certificate,
            &encrypted,
            "the private key holds no key in PEM that can be read (PKCS #8, PKCS #1 or SEC1, not encrypted)",
        ),
        (
            certificate,
            certificate,
            "the private key holds no key in PEM that can be read (PKCS #8, PKCS #1 or SEC1, not encrypted)",
        ),
        (certificate, not_a_key, "the private key is of a kind that can't be used"),
        (certificate, &two.private_key_pem, "the private key is not that of the first certificate"),
        // The chain begins with another one.
        (&format!("{authority_pem}\n{certificate}"), key, "the private key is not that of the first certificate"),
    ] {
        assert_eq!(check_identity(certificate, key), Err(says.to_owned()));
    }
}

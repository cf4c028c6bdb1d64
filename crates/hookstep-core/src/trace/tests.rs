use proptest::prelude::*;

use super::*;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn event(random: u128) -> EventId {
    EventId::generate(jiff::Timestamp::UNIX_EPOCH, random)
}

fn of_caller(text: &str) -> Option<Trace> {
    Trace::of_caller(text, None)
}

#[test]
fn the_specifications_examples_are_read() {
    let trace = of_caller(VALID).unwrap();
    assert_eq!((trace.id.to_string().as_str(), trace.is_sampled()), (TRACE, true));
    assert_eq!(trace.parent.unwrap().to_string(), "00f067aa0ba902b7");
    let not_sampled = of_caller("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00").unwrap();
    assert!(!not_sampled.is_sampled());
    assert!(of_caller(&format!(" {VALID}\t")).is_some(), "blanks around a header's value are none of it");
}

#[test]
fn what_the_specification_calls_invalid_means_no_trace() {
    let trace = TRACE;
    for text in [
        String::new(),
        VALID[..54].to_owned(),
        format!("{VALID}-"),
        format!("{VALID}-more"),
        format!("{VALID}0"),
        VALID.to_uppercase(),
        VALID.replace('-', "_"),
        format!("ff-{trace}-00f067aa0ba902b7-01"),
        format!("0-{trace}-00f067aa0ba902b7-01x"),
        format!("0x-{trace}-00f067aa0ba902b7-01"),
        format!("000-{trace}-00f067aa0ba902b-01"),
        format!("+0-{trace}-00f067aa0ba902b7-01"),
        format!("00-{trace}-0000000000000000-01"),
        format!("00-{trace}-00f067aa0ba902b7-0x"),
        format!("00-{trace}-00f067aa0ba902b7-+1"),
        format!("00-{trace}-00f067aa0ba902b7-1"),
        format!("00-{trace}-00f067aa0ba902b701-"),
        format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
        format!("00-{}-00f067aa0ba902b7-01", &trace[1..]),
        format!("00-{}+-00f067aa0ba902b7-01", &trace[1..]),
        format!("cc-{trace}-00f067aa0ba902b7-01.what"),
        // Two headers of that name come as one.
        format!("{VALID},{VALID}"),
        format!("00-{trace}-00f067aa0ba902b7-ü"),
    ] {
        assert_eq!(of_caller(&text), None, "{text:?}");
    }
}

#[test]
fn of_a_later_version_what_is_known_is_read() {
    for text in [VALID.replacen("00", "cc", 1), format!("{}-what-comes", VALID.replacen("00", "01", 1))] {
        let trace = of_caller(&text).unwrap();
        assert_eq!(trace.id.to_string(), TRACE, "{text}");
        assert!(trace.traceparent(SpanId(7)).starts_with("00-"), "what is sent is of the version that is known");
    }
}

#[test]
fn flags_without_a_meaning_are_not_passed_on() {
    let trace = of_caller("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff").unwrap();
    assert!(trace.traceparent(SpanId(7)).ends_with("-0000000000000007-03"));
}

#[test]
fn xray_is_followed_where_it_samples() {
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=25:1a2b:0";
    let trace = Trace::sampled_by_xray(header).unwrap();
    assert_eq!(trace.id.to_string(), "5759e988bd862e3fe1be46a994272793");
    assert_eq!(trace.xray_header(), "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
    assert_eq!(trace.kept().xray_header(), "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1");
    for header in [
        "",
        "Root=1-5759e988-bd862e3fe1be46a994272793",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?",
        "Root=2-5759e988-bd862e3fe1be46a994272793;Sampled=1",
        "Root=1-5759e98-8bd862e3fe1be46a994272793;Sampled=1",
        "Root=1-00000000-000000000000000000000000;Sampled=1",
        "Sampled=1",
    ] {
        assert_eq!(Trace::sampled_by_xray(header), None, "{header}");
    }
}

#[test]
fn a_state_is_passed_on_as_it_came_or_not_at_all() {
    let longest = format!("a={},b={}", "x".repeat(256), "y".repeat(251));
    for text in ["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "fw529a3039@dt=FfAAA , ot=th:0", "a=b,,c=d", &longest] {
        let trace = Trace::of_caller(VALID, Some(text)).unwrap();
        assert_eq!(trace.state.unwrap().as_str(), text);
    }
    let many = vec!["a=b"; 33].join(",");
    let long = format!("{longest}y");
    for text in ["", ",", "a", "a=", "=b", "A=b", "a=b=c", "a=ü", "a@b@c=d", "a=b\nc", &many, &long] {
        let trace = Trace::of_caller(VALID, Some(text)).unwrap();
        assert_eq!(trace.state, None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn what_is_sent_is_read_again(id in 1_u128.., span in 1_u64.., flags in 0_u8..4) {
        let trace = Trace::of_id(TraceId(id), flags);
        let read = of_caller(&trace.traceparent(SpanId(span))).unwrap();
        prop_assert_eq!(read.kept(), trace);
        prop_assert_eq!(read.parent, Some(SpanId(span)));
    }

    #[test]
    fn no_text_breaks_the_parsers(text in "\\PC{0,70}", state: String) {
        if let Some(trace) = Trace::of_caller(&text, Some(&state)) {
            prop_assert!(text.contains(&trace.id.to_string()));
        }
        let _ = Trace::sampled_by_xray(&text);
    }

    #[test]
    fn spans_and_derived_traces_are_the_same_for_whoever_asks_and_differ_otherwise(one: u128, other: u128, leg in 1_u32..60) {
        let (first, second) = (event(one), event(other));
        prop_assert_eq!(Trace::derived(&first), Trace::derived(&first));
        prop_assert!(Trace::derived(&first).is_sampled());
        prop_assert_eq!(SpanId::of_attempt(&first, leg), SpanId::of_attempt(&first, leg));
        prop_assert_ne!(SpanId::of_attempt(&first, leg), SpanId::of_attempt(&first, leg + 1));
        if first != second {
            prop_assert_ne!(Trace::derived(&first).id, Trace::derived(&second).id);
            prop_assert_ne!(SpanId::of_attempt(&first, leg), SpanId::of_attempt(&second, leg));
        }
    }
}

//! What the template takes for its parameters, the functions can read: otherwise they would end whenever they start.

use hookstep_core::address::{AllowedPorts, AllowedTargets};

use crate::make::Random;
use crate::python;

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/template.yaml");

/// Pieces of lists of targets, right ones and nearly right ones.
const TARGETS: [&str; 44] = [
    "10.0.0.0",
    "127.0.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "256.0.0.1",
    "010.0.0.1",
    "1.2.3",
    "2130706433",
    "0x7f.1",
    "::",
    "::1",
    "fd00::",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8",
    "1::8:9:a:b:c:d:e:f",
    "1:::2",
    "::ffff:10.0.0.1",
    "::ffff:a00:1",
    "FE80::A",
    "12345::",
    "fe80::1%eth0",
    "[::1]",
    "/0",
    "/8",
    "/08",
    "/32",
    "/33",
    "/96",
    "/128",
    "/129",
    "/",
    "localhost",
    "hooks.internal",
    "Hooks.Internal.",
    "a..b",
    "-a",
    "a-",
    "1a.b2",
    "a.2b",
    "*.a",
    ".",
    ",",
    " ",
];

/// The same for lists of ports.
const PORTS: [&str; 24] = [
    "1", "9", "10", "80", "080", "443", "999", "1000", "8080", "9999", "10000", "65535", "65536", "70000", "0", "-",
    "--", ",", ",,", " ", "+", "x", "0x50", "443-80",
];

/// Lists of one to six pieces, mostly of a form that could be right.
fn lists(pieces: &[&str], random: &mut Random) -> String {
    let mut list = String::new();
    for _ in 0..=random.below(6) {
        list.push_str(pieces[random.below(pieces.len())]);
        list.push_str(["", "", ",", "-", "/8"][random.below(5)]);
    }
    list.trim_end_matches(['-', ',']).to_owned()
}

#[test]
fn what_the_template_takes_the_functions_can_read() {
    let mut random = Random(0x7e3a);
    let mut values = Vec::new();
    for (parameter, pieces) in [("AllowedTargets", &TARGETS[..]), ("AllowedPorts", &PORTS[..])] {
        values.extend(pieces.iter().map(|piece| (parameter, (*piece).to_owned())));
        values.extend((0..40_000).map(|_| (parameter, lists(pieces, &mut random))));
    }
    let lines: Vec<String> = values.iter().map(|(parameter, value)| format!("{parameter}\t{value}")).collect();
    let mut both = [0_u32; 2];
    for ((parameter, value), taken) in values.iter().zip(python::answers("patterns.py", &[TEMPLATE], &lines)) {
        let is_ports = *parameter == "AllowedPorts";
        let read =
            if is_ports { value.parse::<AllowedPorts>().is_ok() } else { value.parse::<AllowedTargets>().is_ok() };
        assert!(read || !taken, "{parameter} may be `{value}`, which nothing can read");
        // A port without an odd form means the same to both.
        let plain =
            value.bytes().all(|b| b.is_ascii_digit() || b == b'-') && !value.starts_with('0') && !value.contains("-0");
        assert!(!is_ports || !plain || value.is_empty() || read == taken, "{parameter} can't be `{value}`");
        both[usize::from(is_ports)] += u32::from(read && taken);
    }
    assert!(both.iter().all(|&count| count > 1_000), "{both:?}");
    println!("{} values, taken and read: {both:?}", values.len());
}

//! What attackers write. Each ends in seconds, with a bounded message, and takes bounded memory.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hookstep_core::limits::{DETAIL_MAX_BYTES, TRANSFORM_MEMORY_BYTES};
use serde_json::json;

use super::world::transform;

const TIME: &str = "takes longer than 1 s";
const MEMORY: &str = "takes more than 128 MB of memory";
const LENGTH: &str = "list of more than 1000000 items";
const LARGE: &str = "larger than 1048576 bytes";
const DEEP: &str = "nested more than 160 levels deep";
const LEVELS: &str = "more than 5000 levels deep";
const STOPPED: &str = "too much for the evaluator";

/// Beyond the memory that it may allocate, a process has its program and its stack: in a build with symbols that is much.
const PROGRAM_BYTES: u64 = 96 * 1_048_576;

fn table() -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        // For ever.
        ("($f := function() { $f() }; $f())", &[TIME]),
        ("($f := function($g) { $g($g) }; $f($f))", &[TIME]),
        ("($f := function($n) { 1 + $f($n + 1) }; $f(1))", &[LEVELS]),
        ("($a := function($n) { $b($n) + 1 }; $b := function($n) { $a($n) + 1 }; $a(1))", &[LEVELS]),
        ("($s := '$eval($s)'; $eval($s))", &[LEVELS]),
        ("$sort(items, function($l, $r) { $sum([1..10000]) > 0 })", &[TIME]),
        ("$distinct(items)", &[TIME]),
        ("**.**.**.**.**", &[TIME, MEMORY, LARGE]),
        ("items.$string($$)", &[TIME, MEMORY, LARGE]),
        // Too much.
        ("[1..1e7]", &[LENGTH]),
        ("$sum([1..9999999])", &[LENGTH]),
        ("$map([1..1000000], function($i) { [1..1000] })", &[MEMORY, TIME, LENGTH]),
        ("[1..1000000].[1..1000000]", &[MEMORY, TIME, LENGTH]),
        ("items@$a.items@$b.{'a': $a, 'b': $b}", &[MEMORY, TIME, LENGTH]),
        ("$zip([1..1000000], [1..1000000], [1..1000000], [1..1000000])", &[MEMORY, TIME]),
        ("$pad('x', 1000000000)", &[MEMORY]),
        ("$pad('x', 1e300)", &[MEMORY, STOPPED]),
        ("$pad('x', -1e300)", &[MEMORY, STOPPED]),
        ("$reduce([1..60], function($a, $i) { $a & $a }, 'x')", &[MEMORY]),
        ("$reduce([1..60], function($a, $i) { $append($a, $a) }, [1, 2])", &[LENGTH]),
        ("$formatInteger(1e18, 'I')", &[MEMORY, TIME]),
        ("$replace(text, 'a', text)", &[MEMORY]),
        ("$replace(text, /a/, function($m) { $$.text })", &[MEMORY]),
        ("$base64decode($pad('', 4000000, 'A'))", &[LARGE, MEMORY, TIME]),
        ("$pad('x', 1048575)", &[LARGE]),
        ("$ ~> |items|{'all': $$}|", &[LARGE, MEMORY, TIME]),
        // Too deep.
        ("$reduce([1..200], function($a, $i) { {'a': $a} }, 1)", &[DEEP]),
        ("$reduce([1..100000], function($a, $i) { {'a': $a} }, 1)", &[DEEP, TIME]),
        ("$string($reduce([1..300000], function($a, $i) { {'a': $a} }, 1))", &[MEMORY, STOPPED, TIME, LARGE]),
        ("$eval($pad('', 100000, '(') & '1' & $pad('', 100000, ')'))", &["D3120"]),
        ("$eval($pad('', 100000, '[{(-'))", &["D3120"]),
        // What looks harmless.
        ("$match(text, /((a{1,100}){1,100}){1,100}/)", &["Invalid regex", TIME]),
        (r"$contains(text, /\w{999}\w{999}\w{999}/)", &["Invalid regex", TIME]),
        ("$contains(text, /(?=a)b/)", &["Invalid regex"]),
        ("$fromMillis(0, '[Y1,100000000]')", &[STOPPED, MEMORY, TIME]),
        ("$fromMillis(1e300)", &["Invalid timestamp"]),
        ("$formatNumber(1, $pad('', 2000000, '0'))", &[LARGE, TIME]),
        ("$power(10, 1000)", &["D3061"]),
        ("1e308 * 10", &["a number in it that JSON can't write", "D1001"]),
    ]
}

/// The peak memory of the processes that this one started.
struct Peaks {
    stop: Arc<AtomicBool>,
    watcher: JoinHandle<HashMap<String, u64>>,
}

impl Peaks {
    fn watch() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let watcher = std::thread::spawn(move || {
            let mut peaks = HashMap::new();
            while !until.load(Ordering::Relaxed) {
                for child in children() {
                    if let Some(peak) = peak_of(&child) {
                        peaks.entry(child).and_modify(|known: &mut u64| *known = peak.max(*known)).or_insert(peak);
                    }
                }
                std::thread::yield_now();
            }
            peaks
        });
        Self { stop, watcher }
    }

    fn largest(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.watcher.join().expect("the watcher panicked").into_values().max().expect("no process was seen")
    }
}

fn children() -> Vec<String> {
    let threads = fs::read_dir("/proc/self/task").expect("a process has threads").flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Of a process that has begun with its own program: before, it shows the memory of ours.
fn peak_of(process: &str) -> Option<u64> {
    let program = fs::read_link(format!("/proc/{process}/exe")).ok()?;
    if !program.ends_with("transform") {
        return None;
    }
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "it is about real time")]
async fn a_hostile_expression_ends_soon_and_takes_no_more_than_it_may() {
    let items: Vec<_> =
        (0..18_000).map(|i| json!({ "id": i, "name": format!("item {i}"), "tags": ["a", "b"] })).collect();
    let payload = json!({ "items": items, "text": "a".repeat(30_000) }).to_string();
    let peaks = Peaks::watch();
    for (expression, ends) in table() {
        let begun = Instant::now();
        let message = transform(expression, payload.clone()).await.expect_err(expression);
        let taken = begun.elapsed();
        assert!(ends.iter().any(|end| message.contains(end)), "{expression}: {message}");
        assert!(taken < Duration::from_secs(5), "{expression} took {taken:?}");
        assert!(message.len() <= DETAIL_MAX_BYTES, "{expression}: {} bytes", message.len());
        println!("{:5} ms  {expression}: {message}", taken.as_millis());
    }
    let largest = peaks.largest();
    println!("largest process: {} MB", largest >> 20);
    assert!(largest > 32 << 20, "only {largest} bytes were seen of processes that take all they may");
    assert!(largest < TRANSFORM_MEMORY_BYTES + PROGRAM_BYTES, "a process took {largest} bytes");
}

/// The regular expressions are of the kind that takes linear time, whatever they look like.
#[tokio::test]
async fn no_regular_expression_backtracks() {
    let payload = json!({ "text": "a".repeat(30_000) + "!" }).to_string();
    for regex in ["(a+)+$", "(a|aa)+$", "(a*)*(a*)*(a*)*b", "(.*a){20}b"] {
        let found = transform(&format!("$contains(text, /{regex}/)"), payload.clone()).await;
        assert_eq!(found.as_deref(), Ok("false"), "{regex}");
    }
}

//! An expression, evaluated. It runs in a process of its own: an expression can take all the memory there is, overflow the
//! stack, find a bug of the evaluator, or run for ever in a place where nobody looks at the clock.

use std::cell::Cell;

use hookstep_core::limits::TRANSFORM_SECONDS;
use jiff::Timestamp;
use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError, EvaluatorOptions};
use jsonata_core::parser;
use jsonata_core::value::JValue;

use super::check::Fault;
use super::numbers::Long;
use super::result::{self, NoResult};
use super::wire::{EventJson, JobJson};

/// The longest list that an expression may make. An item takes some 30 bytes, and a payload of a megabyte can't have more.
const SEQUENCE_MAX_LENGTH: usize = 1_000_000;

/// How deep an evaluation may be: a call within a call takes three levels of it, and each level some kilobytes.
const DEPTH_MAX: usize = 5_000;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The payload.
    #[error("the payload is not JSON that can be transformed: {0}")]
    Payload(serde_json::Error),
    /// The payload, too.
    #[error("the payload is not JSON that can be transformed: it is not UTF-8")]
    NotText,
    /// The expression as a text.
    #[error("{0}")]
    Syntax(Fault),
    /// The expression on this payload.
    #[error("{}", meaning(.0))]
    Evaluation(EvaluatorError),
    /// What came out of it.
    #[error(transparent)]
    Result(#[from] NoResult),
}

/// An expression with everything that it may look at.
pub(super) struct Subject<'a> {
    /// The expression.
    pub(super) ast: AstNode,
    /// The payload.
    pub(super) data: JValue,
    long: Long<'a>,
    event: &'a EventJson<'a>,
}

impl<'a> Subject<'a> {
    /// Reads both.
    pub(super) fn new(job: &'a JobJson<'a>, payload: &'a [u8]) -> Result<Self, Failure> {
        let text = std::str::from_utf8(payload).map_err(|_| Failure::NotText)?;
        let data = JValue::from_json_str(text).map_err(Failure::Payload)?;
        let ast =
            parser::parse(&job.expression).map_err(|error| Failure::Syntax(Fault::of(&job.expression, &error)))?;
        Ok(Self { ast, data, long: Long::of(text), event: &job.event })
    }

    /// The result, as JSON.
    pub(super) fn result(&self) -> Result<Vec<u8>, Failure> {
        self.json_of(&self.ast, u64::from(TRANSFORM_SECONDS) * 1_000)
    }

    /// The result that an expression would have in place of this one.
    pub(super) fn json_of(&self, ast: &AstNode, milliseconds: u64) -> Result<Vec<u8>, Failure> {
        let value = self.evaluate(ast, milliseconds).map_err(Failure::Evaluation)?;
        let json = result::to_json(&value, &self.long);
        // To take a value of a hundred thousand levels apart takes as many steps into the stack; this process ends soon.
        std::mem::forget(value);
        Ok(json?)
    }

    fn evaluate(&self, ast: &AstNode, milliseconds: u64) -> Result<JValue, EvaluatorError> {
        let mut context = Context::new();
        context.bind("event".to_owned(), event_value(self.event));
        let options = EvaluatorOptions {
            timeout_ms: Some(milliseconds),
            max_stack_depth: Some(DEPTH_MAX),
            max_sequence_length: Some(SEQUENCE_MAX_LENGTH),
            ..EvaluatorOptions::default()
        };
        let mut evaluator = Evaluator::with_options(context, options);
        make_repeatable(&mut evaluator, self.event)?;
        evaluator.evaluate(ast, &self.data)
    }
}

fn event_value(event: &EventJson<'_>) -> JValue {
    let name = event.event_name.as_ref().map(|name| ("event_name", name));
    let members = [("event_id", &event.event_id), ("created_at", &event.created_at), ("config_id", &event.config_id)];
    let members = members.into_iter().chain(name);
    JValue::object(members.map(|(name, value)| (name.to_owned(), JValue::string(&**value))).collect())
}

/// Replaces what looks at the clock or at dice: all attempts of an event send the same bytes. The time is the event's,
/// chance is decided by its id.
fn make_repeatable(evaluator: &mut Evaluator, event: &EventJson<'_>) -> Result<(), EvaluatorError> {
    let millis = event.created_at.parse::<Timestamp>().map_or(0, Timestamp::as_millisecond);
    evaluator.register_fn_override("millis", move |_: &[JValue]| Ok(JValue::from(millis)))?;
    evaluator.register_fn_override("now", move |arguments: &[JValue]| formatted(millis, arguments))?;
    let dice = Dice::new(&event.event_id);
    evaluator.register_fn_override("random", move |_: &[JValue]| Ok(JValue::Number(dice.fraction())))?;
    let dice = Dice::new(&event.event_id);
    evaluator.register_fn_override("shuffle", move |arguments: &[JValue]| {
        Ok(match arguments.first() {
            Some(JValue::Array(items)) => {
                let mut items = items.to_vec();
                for last in (1..items.len()).rev() {
                    items.swap(last, dice.below(last + 1));
                }
                JValue::array(items)
            }
            // `JSONata` takes a single value for the list of it.
            Some(JValue::Undefined) | None => JValue::Undefined,
            Some(single) => JValue::array(vec![single.clone()]),
        })
    })
}

/// `$now(picture, timezone)`, which is `$fromMillis` of the time.
fn formatted(millis: i64, arguments: &[JValue]) -> Result<JValue, EvaluatorError> {
    let mut context = Context::new();
    context.bind("millis".to_owned(), JValue::from(millis));
    for (name, at) in [("picture", 0), ("timezone", 1)] {
        context.bind(name.to_owned(), arguments.get(at).cloned().unwrap_or(JValue::Undefined));
    }
    let ast = parser::parse("$fromMillis($millis, $picture, $timezone)")
        .map_err(|error| EvaluatorError::EvaluationError(error.to_string()))?;
    Evaluator::with_context(context).evaluate(&ast, &JValue::Null)
}

/// Dice that fall as they fell before (`SplitMix64`, by Steele, Lea and Flood).
struct Dice(Cell<u64>);

impl Dice {
    /// Marked by a text (FNV-1a).
    fn new(text: &str) -> Self {
        let mark = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(Cell::new(text.bytes().fold(0xcbf2_9ce4_8422_2325, mark)))
    }

    fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a fraction holds exactly")]
    fn fraction(&self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from 0 up to, and without, this one.
    fn below(&self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}

/// The evaluator's words, with `JSONata`'s code at their beginning where it has one; of its limits, ours.
fn meaning(error: &EvaluatorError) -> String {
    match error.code() {
        Some("D1012") => format!("the expression takes longer than {TRANSFORM_SECONDS} s on this payload"),
        Some("D2015") => format!("the expression makes a list of more than {SEQUENCE_MAX_LENGTH} items"),
        Some("D1011") => format!(
            "the expression is evaluated more than {DEPTH_MAX} levels deep: a function may call itself for ever"
        ),
        _ => error.message().to_owned(),
    }
}

//! Transformations by real processes: what people write, what attackers write, and what becomes of numbers.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod bounds;
mod failures;
mod hostile;
mod numbers;
mod reshapings;
mod world;

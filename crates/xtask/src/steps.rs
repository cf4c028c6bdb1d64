//! Progress on the terminal: what is being done, and how long it took.

use std::io::{IsTerminal as _, Write as _, stdout};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Announces steps one after the other; beginning one ends the one before.
#[derive(Debug)]
pub(crate) struct Steps {
    begun: Instant,
    current: Mutex<Option<Step>>,
}

#[derive(Debug)]
struct Step {
    name: String,
    begun: Instant,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), current: Mutex::new(None) }
    }

    /// Begins a step.
    pub(crate) fn begin(&self, name: &str) {
        self.end();
        if stdout().is_terminal() {
            print!("  ... {name}");
            // A line that does not show is no reason to stop.
            let _ = stdout().flush();
        }
        *self.lock() = Some(Step { name: name.to_owned(), begun: Instant::now() });
    }

    /// Ends the current step, and prints its time.
    pub(crate) fn end(&self) {
        if let Some(step) = self.lock().take() {
            let start_of_line = if stdout().is_terminal() { "\r" } else { "" };
            println!("{start_of_line}{:7.1} s  {}", step.begun.elapsed().as_secs_f32(), step.name);
        }
    }

    /// Seconds since the first.
    pub(crate) fn seconds(&self) -> f32 {
        self.begun.elapsed().as_secs_f32()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Step>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! In which part of an expression a failure is.
//!
//! The evaluator says what it does not like, not where that was. So parts of the expression are evaluated alone, each in
//! the place in which it stands, and the smallest one that fails in the same way is it.

use std::time::{Duration, Instant};

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, StepId};

use super::evaluate::{Failure, Subject};
use super::result::NoResult;

/// How long the search may take: what it finds is a help, and the event has failed already.
const TIME: Duration = Duration::from_millis(300);

/// How deep it looks.
const DEPTH_MAX: usize = 40;

/// Where a failure is: members of the result, the function that was called.
pub(super) fn of(failure: &Failure, subject: &Subject<'_>) -> Option<String> {
    let within = match failure {
        Failure::Evaluation(error) if matches!(error.code(), Some("D1011" | "D1012")) => return None,
        Failure::Evaluation(_) => Within::Everything,
        Failure::Result(NoResult::Function | NoResult::NotFinite | NoResult::Ambiguous) => Within::TheResult,
        _ => return None,
    };
    let mut search = Search {
        subject,
        message: failure.to_string(),
        within,
        #[expect(
            clippy::disallowed_methods,
            reason = "this process has no clock of its own, and is killed if it errs"
        )]
        until: Instant::now() + TIME,
        members: Vec::new(),
        call: None,
    };
    search.look_into(&subject.ast, &|part| part, 0);
    let call = search.call.map(|name| format!("in ${name}(...)"));
    let member = (!search.members.is_empty()).then(|| format!("at {}", search.members.join(".")));
    match (member, call) {
        (Some(member), Some(call)) => Some(format!("{member}, {call}")),
        (member, call) => member.or(call),
    }
}

/// Which parts can be at fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Everything,
    /// Those that are part of the result, not those that it is made from.
    TheResult,
}

struct Search<'a> {
    subject: &'a Subject<'a>,
    message: String,
    within: Within,
    until: Instant,
    members: Vec<String>,
    call: Option<String>,
}

/// Puts a part back into its place.
type Around<'a> = &'a dyn Fn(AstNode) -> AstNode;

impl Search<'_> {
    fn fails(&self, expression: &AstNode) -> bool {
        #[expect(clippy::disallowed_methods, reason = "as above")]
        let left = self.until.saturating_duration_since(Instant::now());
        let Ok(milliseconds @ 1..) = u64::try_from(left.as_millis()) else { return false };
        self.subject.json_of(expression, milliseconds).is_err_and(|failure| failure.to_string() == self.message)
    }

    /// Goes on in a part, if it fails there.
    fn found_in(&mut self, part: &AstNode, around: Around<'_>, depth: usize) -> bool {
        let fails = self.fails(&around(part.clone()));
        if fails {
            self.look_into(part, around, depth + 1);
        }
        fails
    }

    fn look_into(&mut self, node: &AstNode, around: Around<'_>, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        match node {
            AstNode::Object(pairs) => {
                self.look_into_members(pairs, &|pair| around(AstNode::Object(vec![pair])), depth);
            }
            AstNode::ObjectTransform { input, pattern } => {
                let whole = |pair| around(AstNode::ObjectTransform { input: input.clone(), pattern: vec![pair] });
                if !self.source_is_at_fault(input, around, depth) {
                    self.look_into_members(pattern, &whole, depth);
                }
            }
            AstNode::Array(items) => {
                let _ = items.iter().any(|item| self.found_in(item, &|part| around(AstNode::Array(vec![part])), depth));
            }
            AstNode::Block(statements) => self.look_into_statements(statements, around, depth),
            AstNode::Path { steps } => self.look_into_steps(steps, around, depth),
            AstNode::FunctionApplication(inner) => {
                self.found_in(inner, &|part| around(AstNode::FunctionApplication(Box::new(part))), depth);
            }
            AstNode::Conditional { condition, then_branch, else_branch } => {
                let with = |then_branch, else_branch| {
                    let else_branch = Some(Box::new(else_branch));
                    around(AstNode::Conditional {
                        condition: condition.clone(),
                        then_branch: Box::new(then_branch),
                        else_branch,
                    })
                };
                let _ = self.source_is_at_fault(condition, around, depth)
                    || self.found_in(then_branch, &|part| with(part, AstNode::Null), depth)
                    || else_branch
                        .as_ref()
                        .is_some_and(|branch| self.found_in(branch, &|part| with(AstNode::Null, part), depth));
            }
            AstNode::Function { name, args, .. } => {
                let from_an_argument = args.iter().any(|argument| self.source_is_at_fault(argument, around, depth));
                self.call = (!from_an_argument).then(|| name.clone()).or(self.call.take());
            }
            AstNode::Binary { op: BinaryOp::ColonEqual, rhs, .. } => {
                self.source_is_at_fault(rhs, around, depth);
            }
            AstNode::Binary { lhs, rhs, .. } => {
                let _ = self.source_is_at_fault(lhs, around, depth) || self.source_is_at_fault(rhs, around, depth);
            }
            AstNode::Unary { operand: part, .. } | AstNode::Sort { input: part, .. } => {
                self.source_is_at_fault(part, around, depth);
            }
            _ => {}
        }
    }

    /// Goes on in what something is made from.
    fn source_is_at_fault(&mut self, part: &AstNode, around: Around<'_>, depth: usize) -> bool {
        self.within == Within::Everything && self.found_in(part, around, depth)
    }

    fn look_into_members(
        &mut self,
        pairs: &[(AstNode, AstNode)],
        around: &dyn Fn((AstNode, AstNode)) -> AstNode,
        depth: usize,
    ) {
        for (name, value) in pairs {
            if !self.fails(&around((name.clone(), value.clone()))) {
                continue;
            }
            if let AstNode::String(name) = name {
                self.members.push(name.clone());
            }
            return self.look_into(value, &|part| around((name.clone(), part)), depth + 1);
        }
    }

    fn look_into_statements(&mut self, statements: &[AstNode], around: Around<'_>, depth: usize) {
        for (at, statement) in statements.iter().enumerate() {
            let before = statements.get(..at).unwrap_or_default();
            let whole = |part| around(AstNode::Block(before.iter().cloned().chain([part]).collect()));
            if self.found_in(statement, &whole, depth) {
                return;
            }
        }
    }

    fn look_into_steps(&mut self, steps: &[PathStep], around: Around<'_>, depth: usize) {
        for (at, step) in steps.iter().enumerate() {
            let before = steps.get(..at).unwrap_or_default();
            let whole = |node| {
                // The evaluator knows steps by their ids.
                let step = PathStep { node, id: StepId::default(), ..step.clone() };
                around(AstNode::Path { steps: before.iter().cloned().chain([step]).collect() })
            };
            if self.found_in(&step.node, &whole, depth) {
                return;
            }
        }
    }
}

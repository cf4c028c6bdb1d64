//! The environment, read once at the start: each variable by name, and an error that names it.

use std::str::FromStr;
use std::time::Duration;

use hookstep_core::address::Reachable;

/// A variable that is missing or can't be read.
#[derive(Debug, thiserror::Error)]
pub enum EnvError {
    /// Not set.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// Set to something else than what it takes.
    #[error("the environment variable {name} is not valid: {why}")]
    Invalid {
        /// Which one.
        name: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// A variable as text.
#[expect(clippy::disallowed_methods, reason = "this is the one module that reads the environment")]
pub fn text(name: &'static str) -> Result<String, EnvError> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or(EnvError::Missing(name))
}

/// A list with commas between; empty where it is not set.
#[must_use]
pub fn list(name: &'static str) -> Vec<String> {
    let text = text(name).unwrap_or_default();
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(ToOwned::to_owned).collect()
}

/// Where requests may go: what the operator allows, and never the Lambda Runtime API of this process.
pub fn reachable() -> Result<Reachable, EnvError> {
    let lists = Reachable::new(parsed_or_default("ALLOWED_TARGETS")?, parsed_or_default("ALLOWED_PORTS")?);
    Ok(lists.without(&text("AWS_LAMBDA_RUNTIME_API").unwrap_or_default()))
}

/// Whether X-Ray is on: what this function starts is told of its trace then.
#[must_use]
pub fn traced() -> bool {
    text("TRACING").is_ok_and(|mode| mode == "Active")
}

/// A variable in another form.
pub fn parsed<T>(name: &'static str) -> Result<T, EnvError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    parse(name, &text(name)?)
}

/// A variable in another form, or that form's default where it is not set.
pub fn parsed_or_default<T>(name: &'static str) -> Result<T, EnvError>
where
    T: FromStr + Default,
    T::Err: std::fmt::Display,
{
    match text(name) {
        Ok(value) => parse(name, &value),
        Err(_) => Ok(T::default()),
    }
}

/// A variable that counts days.
pub fn days(name: &'static str) -> Result<Duration, EnvError> {
    Ok(Duration::from_hours(24 * u64::from(parsed::<u32>(name)?)))
}

fn parse<T>(name: &'static str, value: &str) -> Result<T, EnvError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    value.parse().map_err(|error: T::Err| EnvError::Invalid { name, why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_variable() {
        let missing = parsed::<usize>("HOOKSTEP_NOT_SET").unwrap_err();
        assert_eq!(missing.to_string(), "the environment variable HOOKSTEP_NOT_SET is not set");
        let invalid = parse::<usize>("SOME_LIMIT", "many").unwrap_err();
        assert_eq!(
            invalid.to_string(),
            "the environment variable SOME_LIMIT is not valid: invalid digit found in string"
        );
    }
}

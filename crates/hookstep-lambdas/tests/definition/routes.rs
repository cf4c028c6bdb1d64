//! The table of calls and the template say the same: methods, paths, functions, and who is asked who calls.

use std::collections::{BTreeMap, BTreeSet};

use hookstep_lambdas::routes::{Function, ROUTES};

/// What the template says of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wired {
    /// The function behind it.
    function: String,
    /// Whether API Gateway asks who calls, in the way of `AuthMode`.
    authorized: bool,
}

/// The lines that API Gateway needs to ask in each mode, and their place taken by none of it.
const ASKS: [&str; 2] = [
    "AuthorizationType: !FindInMap [Authorization, !Ref AuthMode, Type]",
    "AuthorizerId: !If [AuthIsJwt, !Ref JwtAuthorizer, !Ref AWS::NoValue]",
];
const OPEN: [&str; 1] = ["AuthorizationType: NONE"];

const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

/// The resources of a type: their names, and the lines within.
pub(crate) fn resources(kind: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let (_, resources) = TEMPLATE.split_once("\nResources:\n").expect("the template has resources");
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in resources.lines().take_while(|line| line.is_empty() || line.starts_with([' ', '#'])) {
        let indent = line.len() - line.trim_start().len();
        match line.trim().strip_suffix(':') {
            Some(name) if indent == 2 && !name.starts_with('#') => found.push((name, Vec::new())),
            _ => found.last_mut().into_iter().for_each(|(_, lines)| lines.push(line.trim())),
        }
    }
    found.retain(|(_, lines)| lines.contains(&format!("Type: {kind}").as_str()));
    found
}

/// What stands behind a name in a resource.
pub(crate) fn value_of(name: &str, lines: &[&'static str]) -> &'static str {
    let prefix = format!("{name}: ");
    let mut values = lines.iter().filter_map(|line| line.strip_prefix(&prefix));
    let value = values.next().unwrap_or_else(|| panic!("no {name} in {lines:?}"));
    assert_eq!(values.next(), None, "{name} stands twice in {lines:?}");
    value
}

/// The name of the function behind an integration.
fn function_of(integration: &str) -> String {
    let integrations = resources("AWS::ApiGatewayV2::Integration");
    let (_, lines) = integrations.iter().find(|(name, _)| *name == integration).expect("the integration is there");
    let uri = value_of("IntegrationUri", lines);
    uri.strip_prefix("!GetAtt ").and_then(|uri| uri.strip_suffix(".Arn")).expect("a function's ARN").to_owned()
}

fn wired() -> BTreeMap<String, Wired> {
    let mut routes = BTreeMap::new();
    for (name, lines) in resources("AWS::ApiGatewayV2::Route") {
        let authorization: Vec<&str> =
            lines.iter().copied().filter(|line| line.starts_with("Authoriz") || line.starts_with("ApiKey")).collect();
        let authorized = authorization == ASKS;
        assert!(authorized || authorization == OPEN, "{name}: {authorization:?}");
        let target = value_of("Target", &lines).strip_prefix("!Sub integrations/${").expect("an integration");
        let function = function_of(target.strip_suffix('}').expect("an integration"));
        let key = value_of("RouteKey", &lines).to_owned();
        let before = routes.insert(key, Wired { function, authorized });
        assert_eq!(before, None, "{name} has the key of another route");
    }
    routes
}

#[test]
fn the_template_has_the_routes_of_the_table_and_no_other() {
    let mut expected: BTreeMap<String, Wired> = ROUTES
        .iter()
        .map(|route| {
            let function = match route.function {
                Function::Api => "ApiFunction",
                Function::Trigger => "TriggerFunction",
            };
            let wired = Wired { function: function.to_owned(), authorized: route.permission.is_some() };
            (format!("{} {}", route.method, route.path), wired)
        })
        .collect();
    assert_eq!(expected.len(), ROUTES.len());
    // Whatever is no call: answered by the function as such, and never open.
    let default = Wired { function: "ApiFunction".to_owned(), authorized: true };
    expected.insert("$default".to_owned(), default);
    assert_eq!(wired(), expected);
}

#[test]
fn only_what_is_meant_for_everybody_is_open() {
    let open: BTreeSet<_> = ROUTES.iter().filter(|route| route.permission.is_none()).map(|route| route.path).collect();
    let pages = ["/console", "/console/config.json", "/console/{path+}"];
    let service = ["/.well-known/webhook-public-key", "/health", "/openapi.json"];
    assert_eq!(open, pages.into_iter().chain(service).collect());
}

/// What anybody may call can neither crowd out the rest nor run up a bill. A stage's settings of a route need the route to be there.
#[test]
fn whatever_is_open_has_a_throttle_of_its_own() {
    let stages = resources("AWS::ApiGatewayV2::Stage");
    let [(_, lines)] = stages.as_slice() else { panic!("there is one stage, and not {}", stages.len()) };
    let begins = lines.iter().position(|line| *line == "RouteSettings:").expect("the stage has settings of routes");
    let settings = lines[begins + 1..].iter().map_while(|line| line.split_once(": { ThrottlingRateLimit: "));
    let throttled: BTreeSet<_> = settings.map(|(route, _)| route.to_owned()).collect();
    let open = ROUTES.iter().filter(|route| route.permission.is_none());
    assert_eq!(throttled, open.map(|route| format!("{} {}", route.method, route.path)).collect());

    let needed = value_of("DependsOn", lines).trim_matches(['[', ']']).split(", ");
    let routes = resources("AWS::ApiGatewayV2::Route");
    let keys = needed.map(|name| {
        let (_, lines) = routes.iter().find(|(route, _)| *route == name).expect("it depends on routes");
        value_of("RouteKey", lines).to_owned()
    });
    assert_eq!(keys.collect::<BTreeSet<_>>(), throttled);
}

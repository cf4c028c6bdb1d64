"""The HTTP API: each route is let in, by name, to the function behind it, and asks who calls as the mode says."""

import re

from .stack import Stack, referenced

# Route keys that never ask who calls, with the reason.
OPEN_ROUTES = {
    "GET /health": "monitors do not sign their requests",
    "GET /openapi.json": "it describes the calls, and shows nothing of anybody's",
    "GET /console": "a browser that asks for a page sends no token and no signature; there is code in it, and nothing else",
    "GET /console/{path+}": "as for GET /console",
    "GET /console/config.json": "the console asks how to sign in before anybody has",
    "GET /.well-known/webhook-public-key": "receivers have no account here, and public keys are for everybody",
}

# AuthMode -> AuthorizationType of the routes.
AUTHORIZATION_TYPES = {"IAM": "AWS_IAM", "JWT": "JWT", "NONE": "NONE"}

# What every other route says. One spelling for all: what differs here differs in who may call.
BY_MODE = {
    "AuthorizationType": {"Fn::FindInMap": ["Authorization", {"Ref": "AuthMode"}, "Type"]},
    "AuthorizerId": {"Fn::If": ["AuthIsJwt", {"Ref": "JwtAuthorizer"}, {"Ref": "AWS::NoValue"}]},
}

# The only place a token may come from: a query string ends up in logs.
TOKEN_SOURCES = ["$request.header.Authorization"]


def _routes(stack: Stack):
    """(logical id, route key, function behind it) of each route."""
    resources = stack.template["Resources"]
    for name, resource in stack.resources("AWS::ApiGatewayV2::Route"):
        integration = referenced(resource["Properties"].get("Target"))
        uri = resources.get(integration, {}).get("Properties", {}).get("IntegrationUri")
        yield name, resource["Properties"]["RouteKey"], referenced(uri)


def _source(route_key: str) -> str:
    """The end of the ARN that API Gateway calls a function with: method and path, path parameters as stars."""
    method, _, path = route_key.partition(" ")
    return f"/*/{method}{re.sub(r'{[^}]+}', '*', path)}"


def routes_are_permitted(stack: Stack):
    """Every route has the permission to invoke its function, for that route only, and the reverse."""
    permissions = {}
    for name, resource in stack.resources("AWS::Lambda::Permission"):
        properties = resource["Properties"]
        if properties.get("Principal") != "apigateway.amazonaws.com":
            continue
        source = properties.get("SourceArn", {}).get("Fn::Sub", "")
        _, _, suffix = source.partition("${HttpApi}")
        permissions[(referenced(properties.get("FunctionName")), suffix)] = name
    for name, route_key, function in _routes(stack):
        if permissions.pop((function, _source(route_key)), None) is None:
            yield f"{name}: no permission lets API Gateway invoke {function} from ...{_source(route_key)}"
    for (function, suffix), name in permissions.items():
        yield f"{name}: lets ...{suffix} invoke {function}, but there is no such route"


def routes_can_be_made(stack: Stack):
    """Every route key is one that API Gateway takes, which the local engine does not check."""
    for name, route_key, _ in _routes(stack):
        method, _, path = route_key.partition(" ")
        parts = path.split("/")[1:]
        if route_key != "$default" and not (method.isupper() and path.startswith("/") and (path == "/" or all(parts))):
            yield f"{name}: {route_key} is not a method and a path without a slash at its end"
        if any(part.endswith("+}") for part in parts[:-1]):
            yield f"{name}: {route_key} has something behind the parameter that takes the rest"


def routes_ask_who_calls(stack: Stack):
    """Every route is authorized by the stack's mode, but for those that are open on purpose."""
    for name, route_key, _ in _routes(stack):
        properties = stack.template["Resources"][name]["Properties"]
        authorization = {key: properties[key] for key in BY_MODE if key in properties}
        if route_key in OPEN_ROUTES:
            if authorization != {"AuthorizationType": "NONE"}:
                yield f"{name}: {route_key} should be open: {OPEN_ROUTES[route_key]}"
        elif authorization != BY_MODE:
            yield f"{name}: {route_key} does not ask who calls as the mode says"


def unknown_paths_reach_a_function(stack: Stack):
    """There is a $default route, so that an unknown path is answered like every other mistake."""
    if "$default" not in {route_key for _, route_key, _ in _routes(stack)}:
        yield "no route has the key $default: API Gateway would answer unknown paths itself, to everybody"


def modes_mean_what_they_say(stack: Stack):
    """Every AuthMode has its authorization, and JWT checks issuer and audience of a token in the header."""
    template = stack.template
    mapping = {mode: entry["Type"] for mode, entry in template["Mappings"]["Authorization"].items()}
    for mode in sorted({*mapping, *template["Parameters"]["AuthMode"]["AllowedValues"]}):
        if mode not in AUTHORIZATION_TYPES:
            yield f"AuthMode {mode}: say in tools/lint/invariants/routes.py what it means"
        elif mapping.get(mode) != AUTHORIZATION_TYPES[mode]:
            yield f"AuthMode {mode}: means {mapping.get(mode)} in the mapping, not {AUTHORIZATION_TYPES[mode]}"
    if template["Conditions"].get("AuthIsJwt") != {"Fn::Equals": [{"Ref": "AuthMode"}, "JWT"]}:
        yield "AuthIsJwt: is not whether AuthMode is JWT"
    authorizers = dict(stack.resources("AWS::ApiGatewayV2::Authorizer"))
    if set(authorizers) != {"JwtAuthorizer"}:
        yield f"the authorizers are {', '.join(sorted(authorizers)) or 'none'}, not JwtAuthorizer alone"
    for name, resource in authorizers.items():
        properties = resource["Properties"]
        if resource.get("Condition") != "AuthIsJwt" or properties.get("AuthorizerType") != "JWT":
            yield f"{name}: is not there exactly in JWT mode, for tokens"
        if properties.get("IdentitySource") != TOKEN_SOURCES:
            yield f"{name}: takes tokens from {properties.get('IdentitySource')}, not from {TOKEN_SOURCES}"
        expected = {"Issuer": {"Ref": "JwtIssuer"}, "Audience": {"Fn::Split": [",", {"Ref": "JwtAudience"}]}}
        if properties.get("JwtConfiguration") != expected:
            yield f"{name}: does not check issuer and audience against the parameters"


CHECKS = [
    routes_are_permitted,
    routes_can_be_made,
    routes_ask_who_calls,
    unknown_paths_reach_a_function,
    modes_mean_what_they_say,
]

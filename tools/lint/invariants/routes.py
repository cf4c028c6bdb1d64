"""The HTTP API: each route is let in, by name, to the function behind it, and only /health is open to everybody."""

import re

from .stack import Stack, referenced

# Route keys that never ask who calls, with the reason.
OPEN_ROUTES = {
    "GET /health": "monitors do not sign their requests",
}


def _routes(stack: Stack):
    """(logical id, route key, function behind it) of each route."""
    resources = stack.template["Resources"]
    for name, resource in stack.resources("AWS::ApiGatewayV2::Route"):
        integration = referenced(resource["Properties"].get("Target"))
        uri = resources.get(integration, {}).get("Properties", {}).get("IntegrationUri")
        yield name, resource["Properties"]["RouteKey"], referenced(uri)


def _source(route_key: str) -> str:
    """The end of the ARN that API Gateway calls a function with: method and path, path parameters as stars."""
    method, path = route_key.split(" ")
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


def routes_ask_who_calls(stack: Stack):
    """Every route is authorized by the stack's mode, but for those that are open on purpose."""
    for name, route_key, _ in _routes(stack):
        authorization = stack.template["Resources"][name]["Properties"].get("AuthorizationType")
        is_open = authorization in (None, "NONE")
        if is_open and route_key not in OPEN_ROUTES:
            yield f"{name}: {route_key} is open to everybody"
        if not is_open and route_key in OPEN_ROUTES:
            yield f"{name}: {route_key} should be open: {OPEN_ROUTES[route_key]}"


CHECKS = [routes_are_permitted, routes_ask_who_calls]

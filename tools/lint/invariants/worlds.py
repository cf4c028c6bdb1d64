"""The template as it is deployed with given parameters: conditions decided, what they leave out gone."""

from dataclasses import replace

from .stack import Stack, as_list

_NO_VALUE = {"Ref": "AWS::NoValue"}


def defaults(stack: Stack) -> dict:
    return {name: str(parameter.get("Default")) for name, parameter in stack.template["Parameters"].items()}


def value(expression, given: dict, conditions: dict | None = None):
    """What an expression of a rule or a condition comes to; of the functions that these may use, those that are needed."""
    if not isinstance(expression, dict):
        return str(expression)
    ((function, argument),) = expression.items()
    if function == "Ref":
        return given[argument]
    if function == "Condition":
        return value(conditions[argument], given, conditions)
    values = [value(each, given, conditions) for each in as_list(argument)]
    if function == "Fn::Equals":
        return values[0] == values[1]
    if function == "Fn::Not":
        return not values[0]
    if function == "Fn::And":
        return all(values)
    if function == "Fn::Or":
        return any(values)
    raise ValueError(f"rules or conditions use {function}: teach it to tools/lint/invariants/worlds.py")


def _decided(node, conditions: dict):
    if isinstance(node, dict):
        if "Fn::If" in node:
            name, yes, no = node["Fn::If"]
            return _decided(yes if conditions[name] else no, conditions)
        decided = {key: _decided(inner, conditions) for key, inner in node.items()}
        return {key: inner for key, inner in decided.items() if inner != _NO_VALUE}
    if isinstance(node, list):
        decided = [_decided(inner, conditions) for inner in node]
        return [inner for inner in decided if inner != _NO_VALUE]
    return node


def world(stack: Stack, **parameters) -> Stack:
    """The stack as these parameters make it, the others at their defaults."""
    given = defaults(stack) | {name: str(each) for name, each in parameters.items()}
    expressions = stack.template.get("Conditions", {})
    conditions = {name: value(expression, given, expressions) for name, expression in expressions.items()}

    def there(section: str) -> dict:
        return {
            name: _decided(each, conditions)
            for name, each in stack.template.get(section, {}).items()
            if conditions.get(each.get("Condition"), True)
        }

    return replace(stack, template={**stack.template, "Resources": there("Resources"), "Outputs": there("Outputs")})


def worlds(stack: Stack):
    """(what it is called, zones, reserved addresses, the stack so deployed) of every way to have a static IP or none."""
    parameters = stack.template["Parameters"]
    for zones in parameters["StaticIpZones"]["AllowedValues"]:
        for reserved in parameters["StaticIpReservedAddresses"]["AllowedValues"]:
            deployed = world(stack, StaticIpZones=zones, StaticIpReservedAddresses=reserved)
            yield f"with {zones} zones, {reserved} reserved", zones, reserved, deployed

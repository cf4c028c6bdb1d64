"""Permissions of PartiQL statements as AWS asks for them, in the local engine, which asks for ExecuteStatement on anything.

A SELECT takes `dynamodb:PartiQLSelect` on the table, or the index, that it names; the others likewise. A policy's condition
`dynamodb:FullTableScan` is "true" for a SELECT that does not name its partition key's value, or a list of them.
"""

import json
import re

from engine_connections import EngineChanged, require

_ACTION = "dynamodb:ExecuteStatement"
_STATEMENT = re.compile(r"""(?isx) \s* (select|insert|update|delete) \b
    (?: .*? \b(?:from|into) )? \s* "? ([\w.-]+?) "? (?: \s* \. \s* "([\w.-]+)" )? (?: \s | $ )""")


def install():
    """Wraps the engine's functions, or raises EngineChanged."""
    try:
        from ministack.core import iam_actions
        from ministack.services import dynamodb
    except ImportError as missing:
        raise EngineChanged(f"it has no {missing.name}") from missing
    require(iam_actions, "extract_iam_action", "service method path headers body query_params".split())
    require(iam_actions, "dynamodb_resource_arns", ["body", "region", "account_id"])
    require(iam_actions, "dynamodb_service_context", ["body"])
    action, resources, context = (
        iam_actions.extract_iam_action,
        iam_actions.dynamodb_resource_arns,
        iam_actions.dynamodb_service_context,
    )

    def action_of(service, method, path, headers, body, query_params):
        asked = action(service, method, path, headers, body, query_params)
        named = _named(body) if asked == _ACTION else None
        return f"dynamodb:PartiQL{named[0].capitalize()}" if named else asked

    def resources_of(body, region, account_id):
        named = _named(body)
        if not named:
            return resources(body, region, account_id)
        _, table, index = named
        arn = f"arn:aws:dynamodb:{region}:{account_id}:table/{table}"
        return [f"{arn}/index/{index}" if index else arn]

    def context_of(body):
        named = _named(body)
        return context(body) | ({"dynamodb:FullTableScan": _scans(dynamodb, body, *named)} if named else {})

    iam_actions.extract_iam_action = action_of
    iam_actions.dynamodb_resource_arns = resources_of
    iam_actions.dynamodb_service_context = context_of


def _named(body):
    """(verb, table, index or None) of a request with a statement."""
    try:
        statement = json.loads(body or b"{}").get("Statement")
    except (ValueError, AttributeError):
        return None
    found = _STATEMENT.match(statement) if isinstance(statement, str) else None
    return (found[1].lower(), found[2], found[3]) if found else None


def _scans(dynamodb, body, _verb, table, index):
    known = dynamodb._tables.get(table)
    if not known:
        return "false"
    schema = known["KeySchema"]
    for each in known.get("GlobalSecondaryIndexes") or []:
        if each["IndexName"] == index:
            schema = each["KeySchema"]
    key = next(each["AttributeName"] for each in schema if each["KeyType"] == "HASH")
    return "false" if re.search(rf'(?i)"?\b{key}\b"?\s*(=|in\b)', json.loads(body)["Statement"]) else "true"

"""Secrets of webhooks: what one role seals the others can open, for as long as the webhooks are there."""

import json

from .permissions import role_statements
from .stack import Stack, as_list, referenced

# Keys that may go with the stack -> why nothing is lost with them.
EXPENDABLE_KEYS = {
    "AlertKey": "it encrypts messages that are on their way through the topic",
}

# Each use of a key for secrets is bound to these names and no others. The template says why it does not demand both.
CONTEXT = {"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["tenant_id", "config_id"]}}


# Role -> what it does with the tenants' signing keys. Whoever writes them signs in a tenant's name from then on.
SIGNING_KEY_USERS = {
    "ApiRole": {"dynamodb:GetItem", "dynamodb:PutItem"},
    "FetchConfigRole": {"dynamodb:GetItem"},
}


def keys_outlive_what_they_seal(stack: Stack):
    """Every key is rotated, and kept when the stack goes, but for those that nothing kept depends on."""
    needed = set()
    for name, resource in stack.resources("AWS::KMS::Key"):
        if resource["Properties"].get("EnableKeyRotation") is not True:
            yield f"{name}: is not rotated"
        is_kept = (
            resource.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
            and resource.get("UpdateReplacePolicy") == "Retain"
        )
        if not is_kept:
            needed.add(name)
            if name not in EXPENDABLE_KEYS:
                yield f"{name}: goes with the stack or a replacement, and what it seals cannot be opened any more"
    for name in sorted(EXPENDABLE_KEYS.keys() - needed):
        yield f"{name}: has an entry in EXPENDABLE_KEYS that it does not need"


def _alternatives(statement: dict):
    """The resources that a statement can name, as text; both branches of an Fn::If."""
    pending = list(as_list(statement.get("Resource")))
    while pending:
        resource = pending.pop(0)
        if isinstance(resource, dict) and "Fn::If" in resource:
            pending.extend(branch for branch in resource["Fn::If"][1:] if branch != {"Ref": "AWS::NoValue"})
        elif referenced(resource) not in EXPENDABLE_KEYS:
            yield json.dumps(resource, sort_keys=True)


def _uses_of_keys(stack: Stack):
    """(role, action, statement, keys) of each statement of a role that uses keys for secrets."""
    for name, _ in stack.resources("AWS::IAM::Role"):
        for statement in role_statements(stack, name):
            keys = set(_alternatives(statement))
            for action in as_list(statement.get("Action")):
                if action.startswith("kms:") and keys:
                    yield name, action, statement, keys


def what_is_sealed_can_be_opened(stack: Stack):
    """Every role that opens secrets opens those of every key: present, own and retired."""
    sealing, opening = set(), {}
    for role, action, _, keys in _uses_of_keys(stack):
        if action == "kms:Decrypt":
            opening.setdefault(role, set()).update(keys)
        else:
            sealing |= keys
    everything = sealing.union(*opening.values())
    if not sealing or len(opening) < 2:
        yield "no role seals secrets, or fewer than two open them"
    for role, keys in opening.items():
        for key in sorted(everything - keys):
            yield f"{role}: cannot open what {key} seals"


def keys_are_used_for_webhooks_only(stack: Stack):
    """Every use of a key for secrets is bound to the names of a webhook's context."""
    for role, action, statement, _ in _uses_of_keys(stack):
        if statement.get("Condition") != CONTEXT:
            yield f"{role}, statement {statement.get('Sid', 'without Sid')}: {action} is not bound to the context"


def signing_keys_have_few_users(stack: Stack):
    """The table of signing keys is read and written by those who have to, item by item, and can be restored."""
    users = {}
    for name, _ in stack.resources("AWS::IAM::Role"):
        for statement in role_statements(stack, name):
            if any(referenced(target) == "SigningKeysTable" for target in as_list(statement.get("Resource"))):
                users.setdefault(name, set()).update(as_list(statement.get("Action")))
    for name in sorted(users.keys() | SIGNING_KEY_USERS.keys()):
        found, expected = users.get(name, set()), SIGNING_KEY_USERS.get(name, set())
        if found != expected:
            yield f"{name}: may do {sorted(found)} with signing keys, not {sorted(expected)}"
    told = {
        referenced(resource["Properties"].get("Role"))
        for _, resource in stack.resources("AWS::Serverless::Function")
        if {"Ref": "SigningKeysTable"} in resource["Properties"].get("Environment", {}).get("Variables", {}).values()
    }
    if told != SIGNING_KEY_USERS.keys():
        yield f"the functions that know the table of signing keys have the roles {sorted(told, key=str)}"
    table = stack.template["Resources"].get("SigningKeysTable", {}).get("Properties", {})
    if table.get("PointInTimeRecoverySpecification") != {"PointInTimeRecoveryEnabled": True}:
        yield "SigningKeysTable: a lost key cannot be restored, and every receiver has its public half"


CHECKS = [
    keys_outlive_what_they_seal,
    what_is_sealed_can_be_opened,
    keys_are_used_for_webhooks_only,
    signing_keys_have_few_users,
]

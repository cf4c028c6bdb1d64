"""IAM: each role says what it may do, one thing at a time, and a machine's role fits the machine.

The local engine enforces the roles of Lambda functions, but neither those of machines nor who may invoke a function.
So what a test there cannot notice is checked here.
"""

import re

from .machines import tasks
from .stack import Stack, as_list, referenced
from .worlds import worlds

# (logical id, Sid) -> why AWS offers no narrower form. An entry that nothing needs any more is a violation too.
ALLOWED_WILDCARDS = {
    (
        "AlertKey",
        "AccountAdministersThroughIam",
    ): "in a key policy * is this key, and kms:* to the account is what lets "
    "IAM policies govern it at all (without it nobody can, ever)",
    ("SecretsKey", "AccountAdministersThroughIam"): "as for AlertKey",
    ("AlertKey", "AlarmsPublish"): "in a key policy * is this key",
    **{
        (f"{name}Role", "SendTraces"): "X-Ray's actions know no resources"
        for name in (
            *("Trigger", "FetchConfig", "Deliver", "DeliverStaticIp", "StatusUpdate"),
            *("Api", "Replay", "Reconcile", "Stats"),
        )
    },
    **{
        (f"{name}MachineRole", "SampleAndSendTraces"): "X-Ray's actions know no resources"
        for name in ("Delivery", "Redelivery", "Replay")
    },
    ("DeliveryMachineRole", "DeliverLogs"): "log delivery is set up by account-wide calls without a resource",
    ("RedeliveryMachineRole", "DeliverLogs"): "as for DeliveryMachineRole",
    ("ReplayMachineRole", "DeliverLogs"): "as for DeliveryMachineRole",
    (
        "DeliverStaticIpRole",
        "ManageNetworkInterfaces",
    ): "Lambda checks that the role may do it to interfaces that are not there yet (its developer guide gives this form); the "
    "condition leaves it to Lambda alone",
    (
        "DeliverStaticIpRole",
        "FindNetworkInterfaces",
    ): "these two take no resource; the condition leaves them to Lambda alone",
}

# (definition, task) that learns from its input which machine to start -> the definition of the machines that it may start.
STARTS_BY_INPUT = {("redelivery.asl.json", "StartLeg"): "delivery.asl.json"}

# Role -> the role whose work it does too, when that could not be done.
STANDS_IN_FOR = {"ReconcileRole": "StatusUpdateRole"}

# The part of an ASL Resource after arn:aws:states::: -> the action it needs, the parameter that names what it acts on.
INTEGRATIONS = {
    "lambda:invoke": ("lambda:InvokeFunction", "FunctionName"),
    "dynamodb:getItem": ("dynamodb:GetItem", "TableName"),
    "dynamodb:putItem": ("dynamodb:PutItem", "TableName"),
    "dynamodb:updateItem": ("dynamodb:UpdateItem", "TableName"),
    "dynamodb:deleteItem": ("dynamodb:DeleteItem", "TableName"),
    "states:startExecution": ("states:StartExecution", "StateMachineArn"),
    "sns:publish": ("sns:Publish", "TopicArn"),
    "sqs:sendMessage": ("sqs:SendMessage", "QueueUrl"),
}


def _documents(value):
    """Every policy document anywhere in a resource's properties; trust policies too."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        for inner in value.values():
            yield from _documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _documents(inner)


def statements(value):
    """Every statement of those documents, both branches of an Fn::If included."""
    for document in _documents(value):
        pending = list(as_list(document["Statement"]))
        while pending:
            statement = pending.pop(0)
            if "Fn::If" in statement:
                pending.extend(branch for branch in statement["Fn::If"][1:] if branch != {"Ref": "AWS::NoValue"})
            else:
                yield statement


def role_statements(stack: Stack, role: str):
    """Every statement that a role of the template has, be it in the role or in a policy apart from it."""
    resource = stack.template["Resources"].get(role, {})
    yield from statements(resource.get("Properties", {}).get("Policies", []))
    for _, attached in stack.resources("AWS::IAM::Policy"):
        if role in map(referenced, attached["Properties"].get("Roles", [])):
            yield from statements(attached["Properties"])


def _is_everything(resource) -> bool:
    """Whether it names all resources, all of one type, or all within one of the template's resources."""
    text = resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource
    if text.startswith("${") and "}" in text:
        return text.partition("}")[2] in ("*", "/*", ":*")
    parts = re.sub(r"\$\{[^}]*\}", "x", text).split(":", 5)
    return text == "*" or len(parts) == 6 and re.fullmatch(r"([\w*-]+[:/])?\*", parts[5]) is not None


def _too_wide(statement: dict):
    if statement.get("Effect") != "Allow":
        return  # A Deny narrows, however wide it is.
    for key in ("NotAction", "NotResource", "NotPrincipal"):
        if key in statement:
            yield f"allows by {key}, that is, everything else"
    for action in as_list(statement.get("Action")):
        if "*" in action:
            yield f"allows the action {action}"
    for resource in as_list(statement.get("Resource")):
        if _is_everything(resource):
            yield f"allows the resource {resource}"
    if statement.get("Principal") in ("*", {"AWS": "*"}) and "Condition" not in statement:
        yield "allows every principal"


def no_wildcards(stack: Stack):
    """No statement allows a wildcard action or resource that could be narrower."""
    needed = set()
    for name, resource in stack.resources():
        for statement in statements(resource.get("Properties", {})):
            for problem in _too_wide(statement):
                key = (name, statement.get("Sid"))
                needed.add(key)
                if key not in ALLOWED_WILDCARDS:
                    yield f"{name}, statement {statement.get('Sid', 'without Sid')}: {problem}"
    for name, sid in sorted(ALLOWED_WILDCARDS.keys() - needed):
        yield f"{name}, statement {sid}: has an entry in ALLOWED_WILDCARDS that it does not need"


def roles_are_our_own(stack: Stack):
    """Every function and machine has a role of the template, without managed policies; policies apart are for such roles."""
    for name, resource in stack.resources("AWS::Serverless::Function", "AWS::Serverless::StateMachine"):
        role = referenced(resource["Properties"].get("Role"))
        if stack.template["Resources"].get(role, {}).get("Type") != "AWS::IAM::Role":
            yield f"{name}: without a Role of this template, SAM makes one with a managed policy on every resource"
        if "Policies" in resource["Properties"]:
            yield f"{name}: Policies beside Role have no effect"
    for name, resource in stack.resources("AWS::IAM::Role"):
        for arn in resource["Properties"].get("ManagedPolicyArns", []):
            yield f"{name}: the managed policy {arn} is wider than what is needed"
    for name, resource in stack.resources("AWS::IAM::Policy"):
        properties = resource["Properties"]
        for role in properties.get("Roles", []):
            if stack.template["Resources"].get(referenced(role), {}).get("Type") != "AWS::IAM::Role":
                yield f"{name}: is for {role}, which is not a role of this template"
        if not properties.get("Roles") or {"Users", "Groups"} & properties.keys():
            yield f"{name}: is not for roles alone"


def functions_have_roles_of_their_own(stack: Stack):
    """No two functions share a role."""
    owners = {}
    for name, resource in stack.resources("AWS::Serverless::Function"):
        owners.setdefault(referenced(resource["Properties"].get("Role")), []).append(name)
    for role, names in owners.items():
        if len(names) > 1:
            yield f"{role}: shared by {', '.join(names)}"


def _needs(stack: Stack, machine: str, file: str, substitutions: dict):
    """(task, action, logical id of what it acts on) of each Task; action None when the integration is unknown."""

    def target(value):
        placeholder = re.fullmatch(r"\$\{(\w+)\}", str(value))
        return referenced(substitutions.get(placeholder.group(1))) if placeholder else None

    for _, name, state in tasks(stack.definition(file)):
        resource = state.get("Resource", "")
        integration = re.sub(r"^arn:aws:states:::(aws-sdk:)?|\.(sync(:2)?|waitForTaskToken)$", "", resource)
        if resource.startswith("${"):
            yield name, "lambda:InvokeFunction", target(resource)
        elif integration in INTEGRATIONS:
            action, parameter = INTEGRATIONS[integration]
            parameters = state.get("Parameters", {})
            if parameters.get(f"{parameter}.$") == "$$.StateMachine.Id":
                yield name, action, machine
            elif (file, name) in STARTS_BY_INPUT and f"{parameter}.$" in parameters:
                for started, _, definition in stack.machines():
                    if definition == STARTS_BY_INPUT[(file, name)]:
                        yield name, action, started
            else:
                yield name, action, target(parameters.get(parameter))
        else:
            yield name, None, resource


def machine_roles_fit(stack: Stack):
    """A machine's role allows exactly what its Tasks do, whatever there is of a static IP."""
    for label, _, _, deployed in worlds(stack):
        for violation in _misfits(deployed):
            yield f"{label}: {violation}"


def _misfits(stack: Stack):
    granted, needed = {}, {}
    for name, properties, file in stack.machines():
        role = referenced(properties.get("Role"))
        if file not in stack.definitions or role not in stack.template["Resources"]:
            continue
        if role not in granted:
            granted[role] = {
                (action, referenced(resource))
                for statement in role_statements(stack, role)
                for action in as_list(statement.get("Action"))
                for resource in as_list(statement.get("Resource"))
                if not action.startswith("logs:")
            }
        for task, action, target in _needs(stack, name, file, properties.get("DefinitionSubstitutions", {})):
            if action is None:
                yield f"{name}: {task} uses {target}; add what that needs to INTEGRATIONS"
                continue
            needed.setdefault(role, set()).add((action, target))
            if (action, target) not in granted[role]:
                yield f"{name}: {task} needs {action} on {target}, which {role} does not allow"
    for role, grants in granted.items():
        for action, target in sorted(grants - needed.get(role, set()), key=str):
            yield f"{role}: allows {action} on {target}, which no Task needs"


def whoever_stands_in_may_do_the_work(stack: Stack):
    """A role that does another's work when that could not be done may do all of it."""

    def grants(role):
        return {
            (action, str(resource))
            for statement in role_statements(stack, role)
            for action in as_list(statement.get("Action"))
            for resource in as_list(statement.get("Resource"))
            if not action.startswith("logs:")
        }

    for role, other in STANDS_IN_FOR.items():
        for action, resource in sorted(grants(other) - grants(role)):
            yield f"{role}: may not do {action} on {resource}, as {other} may"


def whoever_traces_may_send(stack: Stack):
    """The role of each function and machine that traces lets it, by itself: Lambda refuses a function whose role may not yet, and
    waits for no policy apart from the role."""
    everywhere = stack.template.get("Globals", {}).get("Function", {}).get("Tracing")
    for name, resource in stack.resources("AWS::Serverless::Function", "AWS::Serverless::StateMachine"):
        is_function = resource["Type"] == "AWS::Serverless::Function"
        if not resource["Properties"].get("Tracing", everywhere if is_function else None):
            continue
        role = referenced(resource["Properties"].get("Role"))
        within = stack.template["Resources"].get(role, {}).get("Properties", {}).get("Policies", [])
        granted = {action for statement in statements(within) for action in as_list(statement.get("Action"))}
        if "xray:PutTraceSegments" not in granted:
            yield f"{name}: traces, and {role} itself does not allow xray:PutTraceSegments"


CHECKS = [
    no_wildcards,
    roles_are_our_own,
    functions_have_roles_of_their_own,
    machine_roles_fit,
    whoever_stands_in_may_do_the_work,
    whoever_traces_may_send,
]

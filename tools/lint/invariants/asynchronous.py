"""Calls that nobody waits for: each is retried, and what comes to nothing is kept in a queue that an alarm watches.

The local engine tries the roles of functions, but neither the queues' policies nor the alarms. So they are checked here.
"""

from .permissions import role_statements, statements
from .stack import Stack, as_list, referenced

# Seconds for which a dead letter is kept: the longest that SQS offers.
RETENTION = 14 * 24 * 3600

# Bytes of a dead letter: as much as an event of a bus, and as SQS takes.
MESSAGE_BYTES = 1024 * 1024


def _arn(name: str) -> dict:
    return {"Fn::GetAtt": [name, "Arn"]}


def _targets(stack: Stack):
    """(rule, target) of each target of each rule."""
    for name, resource in stack.resources("AWS::Events::Rule"):
        for target in resource["Properties"].get("Targets", []):
            yield name, target


def _called(stack: Stack) -> set:
    """Every function that a rule calls."""
    functions = dict(stack.resources("AWS::Serverless::Function"))
    return {referenced(target.get("Arn")) for _, target in _targets(stack)} & set(functions)


def _is_queue(stack: Stack, value) -> bool:
    queue = stack.template["Resources"].get(referenced(value), {})
    return queue.get("Type") == "AWS::SQS::Queue" and value == _arn(referenced(value))


def rules_lose_nothing(stack: Stack):
    """Every target of a rule is a function, says how long EventBridge tries to reach it, and has a dead-letter queue."""
    for rule, resource in stack.resources("AWS::Events::Rule"):
        if not resource["Properties"].get("Targets"):
            yield f"{rule}: has no target"
    for rule, target in _targets(stack):
        if referenced(target.get("Arn")) not in _called(stack):
            yield f"{rule}: calls {target.get('Arn')}, which is not a function of this template"
        if set(target.get("RetryPolicy", {})) != {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"}:
            yield f"{rule}: its RetryPolicy does not say how often and how long"
        if not _is_queue(stack, target.get("DeadLetterConfig", {}).get("Arn")):
            yield f"{rule}: what it cannot hand over goes to no queue of this template"


def rules_may_call(stack: Stack):
    """Every rule may call its function, it alone, and the reverse."""
    permitted = {}
    for name, resource in stack.resources("AWS::Lambda::Permission"):
        properties = resource["Properties"]
        if properties.get("Principal") != "apigateway.amazonaws.com":
            source = properties.get("SourceArn", {})
            rule = referenced(source) if source == _arn(referenced(source)) else None
            permitted[(properties.get("Principal"), rule, referenced(properties.get("FunctionName")))] = name
    for rule, target in _targets(stack):
        function = referenced(target.get("Arn"))
        if permitted.pop(("events.amazonaws.com", rule, function), None) is None:
            yield f"{rule}: no permission lets it call {function}"
    for (principal, rule, function), name in permitted.items():
        yield f"{name}: lets {principal} call {function} by {rule}, which is no rule that does"


def failures_of_functions_are_kept(stack: Stack):
    """Every function that a rule calls is tried again, and what it fails at goes to a queue that its role may send to."""
    configured = {}
    for name, resource in stack.resources("AWS::Lambda::EventInvokeConfig"):
        properties = resource["Properties"]
        function = referenced(properties.get("FunctionName"))
        configured[function] = properties
        if function not in _called(stack):
            yield f"{name}: is for {function}, which no rule calls"
    for function in sorted(_called(stack)):
        properties = configured.get(function, {})
        if properties.get("Qualifier") != "$LATEST" or not properties.get("MaximumRetryAttempts"):
            yield f"{function}: no AWS::Lambda::EventInvokeConfig says that $LATEST of it is tried again"
        queue = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if not _is_queue(stack, queue):
            yield f"{function}: what it fails at goes to no queue of this template"
            continue
        role = referenced(stack.template["Resources"][function]["Properties"].get("Role"))
        if not any(
            "sqs:SendMessage" in as_list(statement.get("Action")) and queue in as_list(statement.get("Resource"))
            for statement in role_statements(stack, role)
        ):
            yield f"{role}: may not send to {referenced(queue)} what {function} fails at"


def dead_letters_are_kept_and_seen(stack: Stack):
    """Every queue keeps its messages for as long as there is, takes them from its rules alone, and raises an alarm with the first."""
    policies = {}
    for _, resource in stack.resources("AWS::SQS::QueuePolicy"):
        for queue in resource["Properties"].get("Queues", []):
            policies.setdefault(referenced(queue), []).extend(statements(resource["Properties"]))
    watched = {
        referenced(dimension["Value"])
        for _, alarm in stack.resources("AWS::CloudWatch::Alarm")
        if alarm["Properties"].get("MetricName") == "ApproximateNumberOfMessagesVisible"
        and alarm["Properties"].get("Threshold") == 1
        for dimension in alarm["Properties"].get("Dimensions", [])
        if dimension["Value"] == {"Fn::GetAtt": [referenced(dimension["Value"]), "QueueName"]}
    }
    for name, resource in stack.resources("AWS::SQS::Queue"):
        properties = resource["Properties"]
        if properties.get("MessageRetentionPeriod") != RETENTION:
            yield f"{name}: does not keep messages for 14 days"
        if properties.get("MaximumMessageSize") != MESSAGE_BYTES:
            yield f"{name}: does not take messages of 1 MB"
        if name not in watched:
            yield f"{name}: no alarm says that it holds something"
        allowed = [each for each in policies.get(name, []) if each.get("Effect") == "Allow"]
        senders = [
            rule
            for statement in allowed
            for rule in as_list(statement.get("Condition", {}).get("ArnEquals", {}).get("aws:SourceArn"))
        ]
        rules = {
            rule
            for rule, target in _targets(stack)
            if referenced(target.get("DeadLetterConfig", {}).get("Arn")) == name
        }
        if {referenced(rule) for rule in senders} != rules or any("Condition" not in each for each in allowed):
            yield f"{name}: its policy is not for exactly {', '.join(sorted(rules)) or 'nobody'}"
        if not any(
            each.get("Effect") == "Deny" and "aws:SecureTransport" in str(each) for each in policies.get(name, [])
        ):
            yield f"{name}: takes requests without TLS"


def what_breaks_is_seen(stack: Stack):
    """Every machine raises an alarm when an execution fails or runs out of time, and every alarm tells somebody. So does the
    loss of what a function failed at, and of what a rule of the bus could not hand over."""
    alarms, lost_by_rules = set(), ""
    for name, resource in stack.resources("AWS::CloudWatch::Alarm"):
        properties = resource["Properties"]
        if not properties.get("AlarmActions"):
            yield f"{name}: tells nobody"
        if properties.get("MetricName") == "InvocationsFailedToBeSentToDlq":
            lost_by_rules += str(properties.get("Dimensions"))
        for dimension in properties.get("Dimensions", []):
            alarms.add((properties.get("MetricName"), referenced(dimension["Value"])))
    for name, _, _ in stack.machines():
        for metric in ("ExecutionsFailed", "ExecutionsTimedOut"):
            if (metric, name) not in alarms:
                yield f"{name}: no alarm for {metric}"
    for name in sorted(_called(stack)):
        if ("DestinationDeliveryFailures", name) not in alarms:
            yield f"{name}: no alarm for DestinationDeliveryFailures"
    for name, resource in stack.resources("AWS::Events::Rule"):
        if "EventBusName" in resource["Properties"] and f"'{name}'" not in lost_by_rules:
            yield f"{name}: no alarm for InvocationsFailedToBeSentToDlq"


CHECKS = [
    rules_lose_nothing,
    rules_may_call,
    failures_of_functions_are_kept,
    dead_letters_are_kept_and_seen,
    what_breaks_is_seen,
]

"""Alarms, their runbooks and the dashboard: what they name is there, and what is there is named.

CloudWatch takes an alarm on a metric that nobody writes, and a dashboard that shows nothing; a runbook that no alarm leads to
is not found at night. So all of them are held together here.
"""

import json
import re

from .documents import anchors, sections
from .permissions import statements
from .stack import Stack, as_list, referenced
from .worlds import world

RUNBOOKS = "docs/RUNBOOKS.md"
OPERATIONS = "docs/OPERATIONS.md"
COST = "docs/COST.md"
NAMESPACE = "Hookstep"
# What each runbook says, in this order.
PARTS = ["**Means.**", "**Look.**", "**Do.**"]

# Of each namespace of AWS: metric -> the sets of dimensions it comes with (each service's page of CloudWatch metrics).
_FUNCTION = [{"FunctionName"}]
_MACHINE = [{"StateMachineArn"}]
_BUCKET_OF_CALLS = [{"APIName"}, {"ServiceMetric"}]
_API = [{"ApiId"}]
KNOWN = {
    "AWS/Lambda": dict.fromkeys(["Invocations", "Errors", "Throttles", "Duration"], _FUNCTION)
    | dict.fromkeys(["IteratorAge", "DestinationDeliveryFailures"], _FUNCTION)
    | dict.fromkeys(["ConcurrentExecutions", "ClaimedAccountConcurrency"], [set()]),
    "AWS/States": dict.fromkeys(["ExecutionsStarted", "ExecutionsFailed", "ExecutionsTimedOut"], _MACHINE)
    | dict.fromkeys(["ConsumedCapacity", "ProvisionedRefillRate", "ThrottledEvents"], _BUCKET_OF_CALLS),
    "AWS/DynamoDB": {
        "ConsumedWriteCapacityUnits": [{"TableName"}],
        "ThrottledRequests": [{"TableName", "Operation"}],
    },
    "AWS/ApiGateway": dict.fromkeys(["Count", "4xx", "5xx", "Latency"], _API),
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible": [{"QueueName"}]},
    "AWS/Events": {"InvocationsFailedToBeSentToDlq": [{"EventBusName", "RuleName"}]},
}
# Dimension -> what its value has to name in the template.
NAMED_BY = {
    "FunctionName": "AWS::Serverless::Function",
    "StateMachineArn": "AWS::Serverless::StateMachine",
    "TableName": "AWS::DynamoDB::Table",
    "ApiId": "AWS::ApiGatewayV2::Api",
    "QueueName": "AWS::SQS::Queue",
    "Stack": "AWS::StackName",
}
READS = {"GetItem", "BatchGetItem", "Query", "DescribeTable", "PartiQLSelect"}


def _alarms(stack: Stack):
    for name, resource in stack.resources("AWS::CloudWatch::Alarm"):
        yield name, resource["Properties"]


def metrics_of_alarm(properties: dict):
    """(namespace, metric, {dimension: value}) of each metric that an alarm looks at."""
    asked = [query["MetricStat"]["Metric"] for query in properties.get("Metrics", []) if "MetricStat" in query]
    for metric in asked or [properties]:
        dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
        yield metric["Namespace"], metric["MetricName"], dimensions


def _text(body) -> str:
    """What Fn::Sub makes of a dashboard's body, but for the names that only a deployment knows."""
    if isinstance(body, str):
        return body
    text, given = body["Fn::Sub"] if isinstance(body["Fn::Sub"], list) else (body["Fn::Sub"], {})
    for name, value in given.items():
        text = text.replace(f"${{{name}}}", _text(value))
    return text


def _dashboards(stack: Stack):
    for name, resource in stack.resources("AWS::CloudWatch::Dashboard"):
        yield name, json.loads(_text(resource["Properties"]["DashboardBody"]))["widgets"]


def _metrics_of_widgets(widgets: list):
    for widget in widgets:
        for metric in widget["properties"].get("metrics", []):
            words = [word for word in metric if isinstance(word, str)]
            if words:
                values = [{"Fn::Sub": value} for value in words[3::2]]
                yield words[0], words[1], dict(zip(words[2::2], values, strict=True))


def _flaws(stack: Stack, namespace: str, metric: str, dimensions: dict):
    if namespace == NAMESPACE:
        if metric not in stack.emitted:
            yield f"no function writes {metric}"
        if "Stack" not in dimensions or dimensions.keys() - {"Stack", "Class"}:
            yield f"{metric} comes by Stack, or by Stack and Class"
    elif dimensions.keys() not in KNOWN.get(namespace, {}).get(metric, []):
        yield f"{namespace} has no {metric} by {', '.join(sorted(dimensions)) or 'nothing'}"
    for name, value in dimensions.items():
        wanted = NAMED_BY.get(name)
        found = referenced(value) or str(value).removeprefix("{'Fn::Sub': '${").removesuffix("}'}")
        kind = stack.template["Resources"].get(found, {}).get("Type", found)
        if wanted and kind != wanted:
            yield f"{name} of {metric} is {value}"


def what_is_watched_exists(stack: Stack):
    """Every metric of an alarm or a dashboard is one that AWS or a function of ours writes, with the dimensions it is written with."""
    deployed = world(stack, StaticIpZones=1)
    watched = [(name, metric) for name, properties in _alarms(deployed) for metric in metrics_of_alarm(properties)]
    for name, widgets in _dashboards(deployed):
        watched += [(name, metric) for metric in _metrics_of_widgets(widgets)]
    for name, metric in watched:
        for flaw in _flaws(deployed, *metric):
            yield f"{name}: {flaw}"


def math_has_what_it_names(stack: Stack):
    """Every name in an expression of an alarm is that of a metric before it, and one expression is what counts."""
    for name, properties in _alarms(stack):
        queries, known = properties.get("Metrics", []), set()
        for query in queries:
            for word in re.findall(r"\b[a-z]\w*\b", query.get("Expression", "")):
                if word not in known:
                    yield f"{name}: {word} in {query['Id']} is not the id of a metric before it"
            known.add(query["Id"])
        if queries and sum(query.get("ReturnData", True) for query in queries) != 1:
            yield f"{name}: not exactly one of its metrics has ReturnData"


def _runbook_of(properties: dict) -> str | None:
    found = re.search(rf"Runbook: {re.escape(RUNBOOKS)}#([a-z0-9-]+)\s*$", properties.get("AlarmDescription", ""))
    return found and found[1]


def alarms_have_runbooks(stack: Stack):
    """Every alarm's description ends with a section of docs/RUNBOOKS.md that names the alarm and has all its parts, and the reverse."""
    text = stack.documents.get(RUNBOOKS, "")
    named = {}
    for level, title, section in sections(text):
        for line in re.findall(r"(?m)^Alarms: (.*)$", section if level == 2 else ""):
            for alarm in re.findall(r"`(\w+)`", line):
                named.setdefault(alarm, set()).add(anchors([title])[0])
            places = [section.find(part) for part in PARTS]
            if -1 in places or places != sorted(places):
                yield f"{RUNBOOKS}, {title}: has not {', '.join(PARTS)} in this order"
    alarms = dict(_alarms(stack))
    for name, properties in alarms.items():
        runbook = _runbook_of(properties)
        if named.get(name) != {runbook}:
            there = ", ".join(sorted(named.get(name, ()))) or "nowhere"
            yield f"{name}: leads to {runbook} of {RUNBOOKS}, and is named in {there}"
    for name in sorted(named.keys() - alarms.keys()):
        yield f"{RUNBOOKS}: {name} is no alarm of the template"


def alarms_are_listed(stack: Stack):
    """docs/OPERATIONS.md lists every alarm once, with whether it is there with Monitoring=Essential."""
    rows = re.findall(r"(?m)^\| ((?:`\w+Alarm`(?:, )?)+) \|.*\| (yes|no) \|$", stack.documents.get(OPERATIONS, ""))
    listed = [(alarm, essential) for names, essential in rows for alarm in re.findall(r"`(\w+)`", names)]
    essential = {name for name, _ in _alarms(world(stack, Monitoring="Essential", StaticIpZones=1))}
    wanted = [(name, "yes" if name in essential else "no") for name, _ in _alarms(stack)]
    for name, word in sorted(set(wanted) - set(listed)):
        yield f"{OPERATIONS}: has no row for {name} that says {word}"
    for name, word in sorted(set(listed) - set(wanted)):
        yield f"{OPERATIONS}: the row of {name} says {word}, or there is no such alarm"
    if len(listed) != len(set(listed)):
        yield f"{OPERATIONS}: an alarm is listed twice"


def alarms_cost_what_is_said(stack: Stack):
    """docs/COST.md counts the alarms, and the metrics that they are paid by."""
    for monitoring in ("Essential", "Full"):
        alarms = [properties for _, properties in _alarms(world(stack, Monitoring=monitoring))]
        metrics = sum(len(list(metrics_of_alarm(properties))) for properties in alarms)
        said = f"| `{monitoring}` | {len(alarms)} on {metrics} metrics: {metrics / 10:.2f} |"
        if said not in stack.documents.get(COST, ""):
            yield f"{COST}: does not say that {monitoring} is {len(alarms)} alarms on {metrics} metrics, for {metrics / 10:.2f}"


def the_dashboard_shows_everything(stack: Stack):
    """The dashboard is there with Monitoring=Full alone, and shows every alarm and every metric of ours."""
    if list(_dashboards(world(stack, Monitoring="Essential"))):
        yield "with Monitoring=Essential there is a dashboard all the same"
    for zones in (0, 1):
        deployed = world(stack, Monitoring="Full", StaticIpZones=zones)
        boards = list(_dashboards(deployed))
        if len(boards) != 1:
            yield f"with {zones} zones: {len(boards)} dashboards"
            continue
        name, widgets = boards[0]
        shown = {arn for widget in widgets for arn in widget["properties"].get("alarms", [])}
        wanted = {f"${{{alarm}.Arn}}" for alarm, _ in _alarms(deployed)}
        for arn in sorted(wanted ^ shown):
            yield f"{name}, with {zones} zones: {arn} is not shown, or is not there"
        drawn = {metric for namespace, metric, _ in _metrics_of_widgets(widgets) if namespace == NAMESPACE}
        for metric in sorted(stack.emitted - drawn):
            yield f"{name}: does not show {metric}"


def metrics_are_explained(stack: Stack):
    """docs/OPERATIONS.md says of every metric of ours what it means."""
    told = stack.documents.get(OPERATIONS, "").partition("## Metrics")[2].partition("\n## ")[0]
    for metric in sorted(stack.emitted):
        if f"`{metric}`" not in told:
            yield f"{OPERATIONS}: does not say what {metric} means"


def readers_only_read(stack: Stack):
    """A managed policy is nobody's, and allows nothing but reading the events table, its indexes and the statistics by their keys."""
    tables = [name for name in ("EventsTable", "StatsTable") if name in stack.template["Resources"]]
    readable = []
    for table in tables:
        indexes = stack.template["Resources"][table]["Properties"].get("GlobalSecondaryIndexes", [])
        readable += [{"Fn::GetAtt": [table, "Arn"]}]
        readable += [{"Fn::Sub": f"${{{table}.Arn}}/index/{index['IndexName']}"} for index in indexes]
    for name, resource in stack.resources("AWS::IAM::ManagedPolicy"):
        properties = resource["Properties"]
        if {"Roles", "Users", "Groups"} & properties.keys():
            yield f"{name}: is attached to somebody"
        for statement in statements(properties):
            allows = statement.get("Effect") == "Allow"
            actions = {action.removeprefix("dynamodb:") for action in as_list(statement.get("Action"))}
            if allows and actions - READS:
                yield f"{name}: allows {', '.join(sorted(actions - READS))}"
            resources = as_list(statement.get("Resource"))
            if sorted(map(str, resources)) != sorted(map(str, readable)):
                yield f"{name}, statement {statement.get('Sid')}: is not for exactly {', '.join(tables)} and their indexes"
        if not any(
            each.get("Effect") == "Deny" and "dynamodb:FullTableScan" in str(each.get("Condition"))
            for each in statements(properties)
        ):
            yield f"{name}: lets a PartiQL statement read a whole table"


CHECKS = [
    what_is_watched_exists,
    math_has_what_it_names,
    alarms_have_runbooks,
    alarms_are_listed,
    alarms_cost_what_is_said,
    the_dashboard_shows_everything,
    metrics_are_explained,
    readers_only_read,
]

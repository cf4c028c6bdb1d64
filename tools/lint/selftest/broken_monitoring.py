"""Broken copies of the part of the sound stack that is looked at."""

from .changes import apart, put, without


def _alarm(resources, name):
    return resources[name]["Properties"]


def _query(resources):
    return _alarm(resources, "ShareAlarm")["Metrics"][0]["MetricStat"]["Metric"]


def _rewritten(path, old, new):
    """Puts `new` in place of `old` in a document."""

    def change(_, __, stack):
        assert old in stack.documents[path], old
        put(stack.documents[path].replace(old, new), stack.documents, path)

    return change


def _redrawn(old, new):
    """Puts `new` in place of `old` in the dashboard."""

    def change(resources, _, __):
        body = _alarm(resources, "Dashboard")["DashboardBody"]["Fn::Sub"]
        assert old in body[0], old
        body[0] = body[0].replace(old, new)

    return change


# invariant -> [(what the report must say, how to break it)]
BROKEN = {
    "what_is_watched_exists": [
        ("FailedAlarm: AWS/States has no Failed by", lambda r, s, _: put("Failed", _alarm(r, "FailedAlarm"), "MetricName")),
        ("by nothing", lambda r, s, _: without(_alarm(r, "FailedAlarm"), "Dimensions")),
        (
            "StateMachineArn of ExecutionsFailed is {'Ref': 'WorkFunction'}",
            lambda r, s, _: put({"Ref": "WorkFunction"}, _alarm(r, "FailedAlarm"), "Dimensions", 0, "Value"),
        ),
        ("ShareAlarm: no function writes Lost", lambda r, s, _: put("Lost", _query(r), "MetricName")),
        ("comes by Stack", lambda r, s, _: without(_query(r), "Dimensions")),
        ("Stack of Failed is x", lambda r, s, _: put("x", _query(r), "Dimensions", 0, "Value")),
        ("Dashboard: no function writes Lost", _redrawn('"Failed"', '"Lost"')),
        ("Dashboard: AWS/DynamoDB has no", _redrawn("ThrottledRequests", "Throttled")),
        ("Dashboard: TableName of", _redrawn("${EventsTable}", "${WorkFunction}")),
    ],
    "math_has_what_it_names": [
        ("broken in share", lambda r, s, _: put("1 / broken", _alarm(r, "ShareAlarm"), "Metrics", 1, "Expression")),
        ("not exactly one", lambda r, s, _: without(_alarm(r, "ShareAlarm"), "Metrics", 0, "ReturnData")),
    ],
    "alarms_have_runbooks": [
        ("ShareAlarm: leads to None", lambda r, s, _: put("Many.", _alarm(r, "ShareAlarm"), "AlarmDescription")),
        ("named in too-much", _rewritten("docs/RUNBOOKS.md", "## Too many", "## Too much")),
        ("ShareAlarm: leads to too-many", _rewritten("docs/RUNBOOKS.md", "`ShareAlarm`", "none")),
        ("OldAlarm is no alarm", _rewritten("docs/RUNBOOKS.md", "`ShareAlarm`", "`ShareAlarm`, `OldAlarm`")),
        ("Too many: has not", _rewritten("docs/RUNBOOKS.md", "**Look.** [There](../README.md)", "")),
    ],
    "alarms_are_listed": [
        ("no row for ShareAlarm", _rewritten("docs/OPERATIONS.md", "| `ShareAlarm` | many | no |", "")),
        ("ShareAlarm that says no", _rewritten("docs/OPERATIONS.md", "many | no |", "many | yes |")),
        ("the row of OldAlarm", _rewritten("docs/OPERATIONS.md", "`ShareAlarm`", "`ShareAlarm`, `OldAlarm`")),
        ("listed twice", _rewritten("docs/OPERATIONS.md", "`ShareAlarm`", "`ShareAlarm`, `ShareAlarm`")),
    ],
    "alarms_cost_what_is_said": [
        ("7 alarms on 7 metrics", _rewritten("docs/COST.md", "7 on 7", "9 on 9")),
        ("7 alarms on 7 metrics", lambda r, s, _: without(r, "DeadAlarm")),
    ],
    "the_dashboard_shows_everything": [
        ("all the same", lambda r, s, _: without(r, "Dashboard", "Condition")),
        ("0 dashboards", lambda r, s, _: without(r, "Dashboard")),
        ("${ShareAlarm.Arn} is not shown", _redrawn(', "${ShareAlarm.Arn}"', "")),
        ("${Gone.Arn} is not shown", _redrawn("${ShareAlarm.Arn}", "${Gone.Arn}")),
        ("does not show Late", lambda r, s, stack: stack.emitted.add("Late")),
    ],
    "metrics_are_explained": [("what Late means", lambda r, s, stack: stack.emitted.add("Late"))],
    "readers_only_read": [
        ("is attached", lambda r, s, _: put(["x"], _alarm(r, "Readers"), "Roles")),
        ("allows Scan", lambda r, s, _: put("dynamodb:Scan", apart(r, "Readers"), 0, "Action")),
        ("is not for exactly EventsTable", lambda r, s, _: put("x", apart(r, "Readers"), 0, "Resource")),
        ("read a whole table", lambda r, s, _: without(apart(r, "Readers"), 1)),
    ],
    "parameters_are_listed": [
        ("docs/DEPLOYING.md", lambda r, s, stack: put("2", stack.template, "Parameters", "AuthMode", "Default")),
        ("docs/DEPLOYING.md", lambda r, s, stack: put({"Type": "String"}, stack.template, "Parameters", "New")),
    ],
    "outputs_are_listed": [
        ("the output More is for", lambda r, s, stack: put({"Value": "x"}, stack.template, "Outputs", "More")),
        ("StaticIpAddresses is for", _rewritten("docs/OPERATIONS.md", "## Outputs", "## More")),
    ],
    "limits_are_listed": [
        ("does not say NEW_MAX_BYTES", lambda r, s, stack: put(1, stack.limits, "NEW_MAX_BYTES")),
        ("SYNC_BUDGET_MS is 7000", lambda r, s, stack: put(7000, stack.limits, "SYNC_BUDGET_MS")),
        ("NAME_MAX_CHARS is 200", lambda r, s, stack: put(200, stack.limits, "NAME_MAX_CHARS")),
        ("there is no UPLOAD_MAX_BYTES", lambda r, s, stack: without(stack.limits, "UPLOAD_MAX_BYTES")),
        ("SIGNING_PASSES is no limit", lambda r, s, stack: without(stack.limits, "SIGNING_PASSES")),
    ],
    "tests_that_are_named_exist": [
        ("README.md: there is no it_is_as_it_is", lambda r, s, stack: put("`it_is_as_it_is`", stack.documents, "README.md")),
    ],
    "links_lead_somewhere": [
        ("#what-else-there-is names no heading", _rewritten("docs/OPERATIONS.md", "## What else", "## Who else")),
        ("../README.md is not there", lambda r, s, stack: without(stack.documents, "README.md")),
    ],
}

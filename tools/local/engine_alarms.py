"""Alarms as CloudWatch has them, and metrics from log lines, in the local engine.

The engine's own alarms look at a metric whatever its dimensions, know neither missing data nor metric math, and are looked at
when somebody calls PutMetricData only. Here an alarm is looked at when it is asked for and when a metric of ours arrives; each
period is a datapoint; dimensions have to be the same; TreatMissingData, DatapointsToAlarm and Metrics count. What a function
prints in the Embedded Metric Format becomes a metric.

Not as in CloudWatch: periods end now and not at a full minute, and of metric math there is arithmetic, comparison and the
functions below. SERVICE_QUOTA is 1,000 for every metric.
"""

import ast
import json
import logging
import time

from engine_connections import EngineChanged, require

_QUOTA = 1000.0
_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
# Each takes and gives values of one period, None where there is no data.
_FUNCTIONS = {
    "FILL": lambda value, other: other if value is None else value,
    "IF": lambda condition, yes, no: None if condition is None else yes if condition else no,
    "SERVICE_QUOTA": lambda _value: _QUOTA,
}
_OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b if b else None,
    ast.Gt: lambda a, b: float(a > b),
    ast.GtE: lambda a, b: float(a >= b),
    ast.Lt: lambda a, b: float(a < b),
    ast.LtE: lambda a, b: float(a <= b),
}
# What an alarm on one metric has, and one on several has not.
_OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")
_IN_A_LOG_LINE = '"CloudWatchMetrics"'

_log = logging.getLogger("hookstep.alarms")


def install():
    """Wraps the engine's functions, or raises EngineChanged."""
    try:
        from ministack.services import cloudwatch, cloudwatch_logs
        from ministack.services.cloudformation import provisioners
    except ImportError as missing:
        raise EngineChanged(f"it has no {missing.name}") from missing
    require(cloudwatch, "_evaluate_alarm", ["alarm"])
    require(cloudwatch, "_evaluate_all_alarms", [])
    require(cloudwatch, "_describe_alarms", ["params", "cbor_data", "is_cbor", "is_json"])
    require(cloudwatch, "_store_datum", "namespace name dims ts unit value values counts stat_values".split())
    require(cloudwatch, "_dims_key", ["dims"])
    require(cloudwatch, "_calc_stats", ["points"])
    require(cloudwatch, "_stat_value", ["stats", "stat_name", "points"])
    require(cloudwatch, "_record_history", "alarm_name old_state new_state reason alarm_type reason_data".split())
    require(cloudwatch, "_dispatch_alarm_actions", "alarm old_state new_state reason".split())
    require(cloudwatch_logs, "_append_log_events", ["stream", "events"])
    require(provisioners, "_cw_metric_alarm_record", ["name", "props"])
    for name in ("_metrics", "_alarms"):
        if not hasattr(getattr(cloudwatch, name, None), "items"):
            raise EngineChanged(f"cloudwatch.{name} is no dictionary")
    alarms = Alarms(cloudwatch)
    alarms.install()
    _read_metrics(cloudwatch, cloudwatch_logs, alarms)
    _take_metric_math(provisioners)


class Alarms:
    """The wrapped evaluation."""

    def __init__(self, cloudwatch):
        self._cloudwatch = cloudwatch

    def install(self):
        describe = self._cloudwatch._describe_alarms

        def describe_as_they_are(*arguments):
            self._cloudwatch._evaluate_all_alarms()
            return describe(*arguments)

        self._cloudwatch._evaluate_alarm = self.evaluate
        self._cloudwatch._describe_alarms = describe_as_they_are

    def evaluate(self, alarm):
        now = time.time()
        value_of, period = (self._by_math, _periods(alarm)) if alarm.get("Metrics") else (self._of_metric, alarm["Period"])
        count = alarm["EvaluationPeriods"]
        values = [value_of(alarm, now - (ago + 1) * period, now - ago * period) for ago in range(count)]
        state = _state(alarm, values)
        before = alarm["StateValue"]
        if state is None or state == before:
            return
        reason = f"{values} of the last {count} periods, threshold {alarm['Threshold']}"
        alarm["StateValue"], alarm["StateReason"], alarm["StateUpdatedTimestamp"] = state, reason, int(now)
        self._cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
        self._cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)

    def _of_metric(self, metric, start, end, statistic=None):
        dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions") or []}
        key = (metric["Namespace"], metric["MetricName"], self._cloudwatch._dims_key(dimensions))
        points = [each for each in self._cloudwatch._metrics.get(key) or [] if start < each["Timestamp"] <= end]
        if not points:
            return None
        statistic = statistic or metric.get("ExtendedStatistic") or metric["Statistic"]
        return self._cloudwatch._stat_value(self._cloudwatch._calc_stats(points), statistic, points)

    def _by_math(self, alarm, start, end):
        values, returned = {}, None
        for query in alarm["Metrics"]:
            if "MetricStat" in query:
                asked = query["MetricStat"]
                values[query["Id"]] = self._of_metric(asked["Metric"], start, end, asked["Stat"])
            else:
                values[query["Id"]] = _computed(ast.parse(query["Expression"], mode="eval").body, values)
            if query.get("ReturnData", True):
                returned = values[query["Id"]]
        return returned


def _asked(alarm):
    return [query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query]


def _periods(alarm):
    return max(int(asked["Period"]) for asked in _asked(alarm))


def _names(alarm):
    metrics = [asked["Metric"] for asked in _asked(alarm)] if alarm.get("Metrics") else [alarm]
    return [metric["MetricName"] for metric in metrics]


def _computed(node, values):
    """The value of an expression; None where it rests on a value that is not there."""
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.Call):
        return _FUNCTIONS[node.func.id](*(_computed(each, values) for each in node.args))
    if isinstance(node, ast.Compare):
        operator, sides = node.ops[0], [node.left, *node.comparators]
    else:
        operator, sides = node.op, [node.left, node.right]
    left, right = (_computed(each, values) for each in sides)
    return None if left is None or right is None else _OPERATORS[type(operator)](left, right)


def _state(alarm, values):
    """ALARM, OK or INSUFFICIENT_DATA; None where it stays as it is."""
    treatment = alarm["TreatMissingData"]
    if all(value is None for value in values) and treatment in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if treatment == "missing" else None
    compare = _COMPARISONS[alarm["ComparisonOperator"]]
    breaching = [
        treatment == "breaching" if value is None else compare(value, alarm["Threshold"])
        for value in values
    ]
    enough = alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]
    return "ALARM" if sum(breaching) >= enough else "OK"


def _read_metrics(cloudwatch, cloudwatch_logs, alarms):
    append = cloudwatch_logs._append_log_events

    def append_and_count(stream, events):
        append(stream, events)
        found = [each["message"] for each in events if _IN_A_LOG_LINE in each["message"]]
        for line in found:
            try:
                _store(cloudwatch, json.loads(line))
            except (ValueError, KeyError, TypeError):
                _log.warning("not the Embedded Metric Format: %.200s", line)
        if found:
            text = "".join(found)
            for alarm in list(cloudwatch._alarms.values()):
                if any(name in text for name in _names(alarm)):
                    alarms.evaluate(alarm)

    cloudwatch_logs._append_log_events = append_and_count


def _store(cloudwatch, line):
    """A line's metrics, each once for each of its sets of dimensions."""
    at = line["_aws"]["Timestamp"] / 1000
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            value = line[metric["Name"]]
            if isinstance(value, dict):
                values, counts = value["Values"], value.get("Counts")
            else:
                values, counts = value if isinstance(value, list) else [value], None
            for names in directive["Dimensions"]:
                dimensions = {name: str(line[name]) for name in names}
                unit = metric.get("Unit", "None")
                cloudwatch._store_datum(
                    directive["Namespace"], metric["Name"], dimensions, at, unit, None, values, counts, None
                )


def _take_metric_math(provisioners):
    record = provisioners._cw_metric_alarm_record

    def record_of_any(name, props):
        metrics = props.get("Metrics")
        if not metrics:
            return record(name, props)
        # The engine asks for one metric: it gets one that is taken out again.
        one = {key: each for key, each in props.items() if key != "Metrics"} | {"MetricName": "-", "Namespace": "-"}
        alarm = record(name, one)
        for key in _OF_ONE_METRIC:
            alarm.pop(key, None)
        return alarm | {"Metrics": metrics}

    provisioners._cw_metric_alarm_record = record_of_any

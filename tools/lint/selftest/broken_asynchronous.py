"""Broken copies of the part of the sound stack that nobody waits for."""

from .changes import apart, policy, put, without


def _target(resources):
    return resources["Rule"]["Properties"]["Targets"][0]


def _call(resources):
    return resources["Calls"]["Properties"]


def _permit_another(resources, _, __):
    permission = {**resources["RulePermission"]["Properties"], "FunctionName": {"Ref": "WorkFunction"}}
    put({"Type": "AWS::Lambda::Permission", "Properties": permission}, resources, "Extra")


# invariant -> [(what the report must say, how to break it)]
BROKEN = {
    "rules_lose_nothing": [
        ("Rule: has no target", lambda r, s, _: without(r, "Rule", "Properties", "Targets")),
        ("is not a function", lambda r, s, _: put({"Ref": "Dead"}, _target(r), "Arn")),
        ("how often and how long", lambda r, s, _: without(_target(r), "RetryPolicy", "MaximumEventAgeInSeconds")),
        ("how often and how long", lambda r, s, _: without(_target(r), "RetryPolicy")),
        ("goes to no queue", lambda r, s, _: without(_target(r), "DeadLetterConfig")),
        ("goes to no queue", lambda r, s, _: put({"Ref": "Dead"}, _target(r), "DeadLetterConfig", "Arn")),
    ],
    "rules_may_call": [
        ("no permission lets it call CalledFunction", lambda r, s, _: without(r, "RulePermission")),
        ("no permission lets it", lambda r, s, _: put("arn:*", r, "RulePermission", "Properties", "SourceArn")),
        ("no permission lets it", lambda r, s, _: put("x", r, "RulePermission", "Properties", "Principal")),
        ("lets events.amazonaws.com call WorkFunction by Rule", _permit_another),
        ("lets x call", lambda r, s, _: put("x", r, "RulePermission", "Properties", "Principal")),
        ("which is no rule that does", lambda r, s, _: without(r, "Rule")),
    ],
    "failures_of_functions_are_kept": [
        ("says that $LATEST of it is tried again", lambda r, s, _: without(r, "Calls")),
        ("says that $LATEST of it is tried again", lambda r, s, _: put(0, _call(r), "MaximumRetryAttempts")),
        ("says that $LATEST of it is tried again", lambda r, s, _: put("1", _call(r), "Qualifier")),
        ("goes to no queue", lambda r, s, _: without(_call(r), "DestinationConfig", "OnFailure")),
        ("CalledRole: may not send to Dead", lambda r, s, _: policy(r, "CalledRole").clear()),
        ("which no rule calls", lambda r, s, _: put({"Ref": "WorkFunction"}, _call(r), "FunctionName")),
    ],
    "dead_letters_are_kept_and_seen": [
        ("for 14 days", lambda r, s, _: without(r, "Dead", "Properties", "MessageRetentionPeriod")),
        ("of 1 MB", lambda r, s, _: put(262144, r, "Dead", "Properties", "MaximumMessageSize")),
        ("no alarm says that it holds", lambda r, s, _: without(r, "DeadAlarm")),
        ("no alarm says that it holds", lambda r, s, _: put(9, r, "DeadAlarm", "Properties", "Threshold")),
        (
            "no alarm says that it holds",
            lambda r, s, _: put({"Ref": "Dead"}, r, "DeadAlarm", "Properties", "Dimensions", 0, "Value"),
        ),
        ("is not for exactly Rule", lambda r, s, _: without(apart(r, "DeadPolicy"), 0)),
        ("is not for exactly Rule", lambda r, s, _: without(apart(r, "DeadPolicy"), 0, "Condition")),
        ("is not for exactly nobody", lambda r, s, _: without(_target(r), "DeadLetterConfig")),
        ("without TLS", lambda r, s, _: without(apart(r, "DeadPolicy"), 1)),
    ],
    "what_breaks_is_seen": [
        ("Machine: no alarm for ExecutionsFailed", lambda r, s, _: without(r, "FailedAlarm")),
        ("Waiting: no alarm for ExecutionsTimedOut", lambda r, s, _: without(r, "WaitingSlowAlarm")),
        ("CalledFunction: no alarm for DestinationDeliveryFailures", lambda r, s, _: without(r, "LostAlarm")),
        ("Rule: no alarm for InvocationsFailedToBeSentToDlq", lambda r, s, _: without(r, "RuleAlarm")),
        ("DeadAlarm: tells nobody", lambda r, s, _: without(r, "DeadAlarm", "Properties", "AlarmActions")),
    ],
}

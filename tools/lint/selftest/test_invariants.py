"""Every invariant refuses a broken copy of a sound stack, for the reason that it is broken for."""

import json
import unittest

from cfnlint.api import ManualArgs, lint
from invariants import ALL
from invariants.inline import inline_definitions

from . import broken_asynchronous, broken_monitoring, broken_static_ip
from .changes import apart, policy, put, without
from .sound import edited, sound_stack

MACHINE = "delivery.asl.json"


def source_of(resources, permission):
    """The path to a permission's SourceArn, for `put`."""
    return resources, permission, "Properties", "SourceArn"


def seals_with(resources):
    """The path to the key that secrets are sealed under, for `put`."""
    return policy(resources, "WorkRole"), 1, "Resource"


def pattern_of(stack, parameter):
    """The path to a parameter's pattern, for `put`."""
    return stack.template, "Parameters", parameter, "AllowedPattern"


def drop_machine_timeout(_, __, stack):
    definition = json.loads(stack.definitions[MACHINE])
    del definition["TimeoutSeconds"]
    stack.definitions[MACHINE] = json.dumps(definition)


def orphan_inside_a_map(_, states, __):
    inner = {"StartAt": "In", "States": {"In": {"Type": "Succeed"}, "Orphan": {"Type": "Succeed"}}}
    states["Done"] = {"Type": "Map", "ItemProcessor": inner, "End": True}


def task_inside_a_parallel(_, states, __):
    inner = {"StartAt": "In", "States": {"In": {**states["Record"], "Next": "Out"}, "Out": {"Type": "Succeed"}}}
    del inner["States"]["In"]["TimeoutSeconds"]
    states["Done"] = {"Type": "Parallel", "Branches": [inner], "End": True}


# invariant -> [(what the report must say, how to break it)]
BROKEN = {
    "substitutions_are_supplied": [
        ("uses ${Extra}", lambda r, s, _: put("${Extra}", s, "Done", "Comment")),
        ("supplies Unused", lambda r, s, _: put("x", r, "Machine", "Properties", "DefinitionSubstitutions", "Unused")),
        ("does not exist", lambda r, s, _: put("../other.asl.json", r, "Machine", "Properties", "DefinitionUri")),
    ],
    "definitions_are_deployed": [
        ("no state machine", lambda r, s, stack: put("{}", stack.definitions, "lost.asl.json"))
    ],
    "targets_exist": [
        ("Record goes to Nowhere", lambda r, s, _: put("Nowhere", s, "Record", "Next")),
        ("Which goes to Nowhere", lambda r, s, _: put("Nowhere", s, "Which", "Default")),
        ("Which goes to Nowhere", lambda r, s, _: put("Nowhere", s, "Which", "Choices", 0, "Next")),
        ("Work goes to Nowhere", lambda r, s, _: put("Nowhere", s, "Work", "Catch", 0, "Next")),
        ("StartAt names Work", lambda r, s, _: without(s, "Work")),
    ],
    "states_are_reachable": [
        ("no path leads to Lost", lambda r, s, _: put({"Type": "Succeed"}, s, "Lost")),
        ("inside Done: no path leads to Orphan", orphan_inside_a_map),
    ],
    "nothing_waits_for_ever": [
        ("Record has neither", lambda r, s, _: without(s, "Record", "TimeoutSeconds")),
        ("Work has neither", lambda r, s, _: without(s, "Work", "TimeoutSecondsPath")),
        ("the machine has no", drop_machine_timeout),
        ("inside Done: In has neither", task_inside_a_parallel),
    ],
    "tasks_retry": [("Work has no Retry", lambda r, s, _: without(s, "Work", "Retry"))],
    "tasks_catch_everything": [
        ("Work does not end", lambda r, s, _: without(s, "Work", "Catch")),
        ("Work does not end", lambda r, s, _: put(["States.Timeout"], s, "Work", "Catch", 0, "ErrorEquals")),
    ],
    "waiting_is_cheap": [
        (
            "enters 3 states, not 2",
            lambda r, s, stack: put(
                stack.definitions["redelivery.asl.json"].replace('"End": true', '"Next": "Started"'),
                stack.definitions,
                "redelivery.asl.json",
            ),
        ),
        (
            "enters inf states, not 2",
            lambda r, s, stack: put(
                stack.definitions["redelivery.asl.json"].replace('"End": true', '"Next": "Wait"'),
                stack.definitions,
                "redelivery.asl.json",
            ),
        ),
    ],
    "executions_log_no_data": [
        (
            "IncludeExecutionData",
            lambda r, s, _: put(True, r, "Machine", "Properties", "Logging", "IncludeExecutionData"),
        ),
        ("no level", lambda r, s, _: put("OFF", r, "Machine", "Properties", "Logging", "Level")),
    ],
    "no_wildcards": [
        ("the action *", lambda r, s, _: put("*", policy(r, "WorkRole"), 0, "Action")),
        ("the action dynamodb:*", lambda r, s, _: put(["dynamodb:*"], policy(r, "WorkRole"), 0, "Action")),
        ("the action dynamodb:Get*", lambda r, s, _: put("dynamodb:Get*", policy(r, "WorkRole"), 0, "Action")),
        ("the resource *", lambda r, s, _: put("*", policy(r, "WorkRole"), 0, "Resource")),
        (
            "table/*",
            lambda r, s, _: put(
                {"Fn::Sub": "arn:aws:dynamodb:${AWS::Region}:1:table/*"}, policy(r, "WorkRole"), 0, "Resource"
            ),
        ),
        (
            "${Bucket.Arn}/*",
            lambda r, s, _: put([{"Fn::Sub": "${Bucket.Arn}/*"}], policy(r, "WorkRole"), 0, "Resource"),
        ),
        ("NotAction", lambda r, s, _: put("s3:GetObject", policy(r, "WorkRole"), 0, "NotAction")),
        ("every principal", lambda r, s, _: put("*", policy(r, "WorkRole"), 0, "Principal")),
        (
            "the action sns:*",
            lambda r, s, _: policy(r, "WorkRole").append(
                {"Fn::If": ["X", {"Effect": "Allow", "Action": "sns:*", "Resource": "x"}, {"Ref": "AWS::NoValue"}]}
            ),
        ),
        ("does not need", lambda r, s, _: without(r, "AlertKey")),
    ],
    "roles_are_our_own": [
        ("WorkFunction: without a Role", lambda r, s, _: without(r, "WorkFunction", "Properties", "Role")),
        ("Machine: without a Role", lambda r, s, _: put("arn:aws:iam::1:role/x", r, "Machine", "Properties", "Role")),
        ("the managed policy", lambda r, s, _: put(["arn:x"], r, "WorkRole", "Properties", "ManagedPolicyArns")),
        ("have no effect", lambda r, s, _: put([], r, "WorkFunction", "Properties", "Policies")),
        (
            "MachineStartsItself: is for",
            lambda r, s, _: put(["other"], r, "MachineStartsItself", "Properties", "Roles"),
        ),
        ("not for roles alone", lambda r, s, _: put(["x"], r, "MachineStartsItself", "Properties", "Users")),
        ("not for roles alone", lambda r, s, _: without(r, "MachineStartsItself", "Properties", "Roles")),
    ],
    "functions_have_roles_of_their_own": [("WorkRole: shared", lambda r, s, _: put(r["WorkFunction"], r, "Twin"))],
    "machine_roles_fit": [
        ("Work needs lambda:InvokeFunction", lambda r, s, _: without(policy(r, "MachineRole"), 0)),
        (
            "Record needs dynamodb:PutItem on Events",
            lambda r, s, _: put([{"Ref": "Other"}], policy(r, "MachineRole"), 1, "Resource"),
        ),
        ("which no Task needs", lambda r, s, _: policy(r, "MachineRole")[1]["Action"].append("dynamodb:DeleteItem")),
        (
            "with 1 zones, 0 reserved: Machine: Away needs lambda:InvokeFunction on AwayFunction",
            lambda r, s, _: without(policy(r, "MachineRole"), 2, "Resource", 1),
        ),
        (
            "with 0 zones, 0 reserved: MachineRole: allows lambda:InvokeFunction on AwayFunction",
            lambda r, s, _: put({"Fn::GetAtt": ["AwayFunction", "Arn"]}, policy(r, "MachineRole"), 2, "Resource", 1),
        ),
        (
            "Machine: More needs states:StartExecution on Machine",
            lambda r, s, _: without(r, "MachineStartsItself"),
        ),
        (
            "MachineRole: allows sns:Publish on Topic, which no Task needs",
            lambda r, s, _: apart(r, "MachineStartsItself").append(
                {"Effect": "Allow", "Action": "sns:Publish", "Resource": {"Ref": "Topic"}}
            ),
        ),
        (
            "Waiting: StartLeg needs states:StartExecution on Machine",
            lambda r, s, _: put({"Ref": "Waiting"}, apart(r, "WaitingStartsLegs"), 0, "Resource"),
        ),
        (
            "WaitingRole: allows states:StartExecution on Waiting",
            lambda r, s, _: put([{"Ref": "Machine"}, {"Ref": "Waiting"}], apart(r, "WaitingStartsLegs"), 0, "Resource"),
        ),
        (
            "Waiting: StartLeg needs states:StartExecution on None",
            lambda r, s, stack: put(
                stack.definitions["redelivery.asl.json"].replace("Arn.$", "Arn"),
                stack.definitions,
                "redelivery.asl.json",
            ),
        ),
        ("add what that needs", lambda r, s, _: put("arn:aws:states:::glue:startJobRun", s, "Record", "Resource")),
    ],
    "whoever_stands_in_may_do_the_work": [
        ("ReconcileRole: may not do kms:Decrypt", lambda r, s, _: put(r["WorkRole"], r, "StatusUpdateRole")),
    ],
    "whoever_traces_may_send": [
        (
            "WorkFunction: traces, and WorkRole itself",
            lambda r, s, _: put("Active", r, "WorkFunction", "Properties", "Tracing"),
        ),
        (
            "WorkFunction: traces, and WorkRole itself",
            lambda r, s, stack: put({"Function": {"Tracing": {"Ref": "T"}}}, stack.template, "Globals"),
        ),
        (
            "Machine: traces, and MachineRole itself",
            lambda r, s, _: (
                put({"Enabled": True}, r, "Machine", "Properties", "Tracing"),
                apart(r, "MachineStartsItself").append(
                    {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"}
                ),
            ),
        ),
    ],
    "routes_are_permitted": [
        ("no permission lets", lambda r, s, _: without(r, "WorkPermission")),
        ("no permission lets", lambda r, s, _: put("GET /work/{id}", r, "WorkRoute", "Properties", "RouteKey")),
        ("from .../*/$default", lambda r, s, _: without(r, "DefaultPermission")),
        ("there is no such route", lambda r, s, _: without(r, "WorkRoute")),
        ("there is no such route", lambda r, s, _: put({"Fn::Sub": "${HttpApi}/*"}, *source_of(r, "WorkPermission"))),
    ],
    "routes_can_be_made": [
        ("without a slash at its end", lambda r, s, _: put("GET /work/", r, "WorkRoute", "Properties", "RouteKey")),
        ("is not a method and", lambda r, s, _: put("GET /work//x", r, "WorkRoute", "Properties", "RouteKey")),
        ("is not a method and", lambda r, s, _: put("/work", r, "WorkRoute", "Properties", "RouteKey")),
        ("takes the rest", lambda r, s, _: put("GET /{path+}/x", r, "WorkRoute", "Properties", "RouteKey")),
    ],
    "routes_ask_who_calls": [
        ("does not ask who", lambda r, s, _: put("NONE", r, "WorkRoute", "Properties", "AuthorizationType")),
        ("does not ask who", lambda r, s, _: without(r, "WorkRoute", "Properties", "AuthorizationType")),
        ("does not ask who", lambda r, s, _: without(r, "WorkRoute", "Properties", "AuthorizerId")),
        ("does not ask who", lambda r, s, _: put("x", r, "WorkRoute", "Properties", "AuthorizerId")),
        ("$default does not ask who", lambda r, s, _: without(r, "DefaultRoute", "Properties", "AuthorizationType")),
        ("should be open", lambda r, s, _: put("GET /health", r, "WorkRoute", "Properties", "RouteKey")),
        ("should be open", lambda r, s, _: put("GET /openapi.json", r, "WorkRoute", "Properties", "RouteKey")),
    ],
    "unknown_paths_reach_a_function": [("no route has the key $default", lambda r, s, _: without(r, "DefaultRoute"))],
    "modes_mean_what_they_say": [
        (
            "AuthMode JWT: means NONE",
            lambda r, s, stack: put("NONE", stack.template, "Mappings", "Authorization", "JWT", "Type"),
        ),
        ("AuthMode IAM: means None", lambda r, s, stack: without(stack.template, "Mappings", "Authorization", "IAM")),
        (
            "AuthMode KEY: say in",
            lambda r, s, stack: stack.template["Parameters"]["AuthMode"]["AllowedValues"].append("KEY"),
        ),
        ("AuthIsJwt: is not", lambda r, s, stack: put({}, stack.template, "Conditions", "AuthIsJwt")),
        ("the authorizers are none", lambda r, s, _: without(r, "JwtAuthorizer")),
        ("the authorizers are JwtAuthorizer, Twin", lambda r, s, _: put(r["JwtAuthorizer"], r, "Twin")),
        ("is not there exactly", lambda r, s, _: without(r, "JwtAuthorizer", "Condition")),
        ("is not there exactly", lambda r, s, _: put("REQUEST", r, "JwtAuthorizer", "Properties", "AuthorizerType")),
        (
            "takes tokens from ['$request.querystring.t']",
            lambda r, s, _: put(["$request.querystring.t"], r, "JwtAuthorizer", "Properties", "IdentitySource"),
        ),
        (
            "does not check issuer",
            lambda r, s, _: without(r, "JwtAuthorizer", "Properties", "JwtConfiguration", "Audience"),
        ),
    ],
    "keys_outlive_what_they_seal": [
        ("SecretsKey: is not rotated", lambda r, s, _: without(r, "SecretsKey", "Properties", "EnableKeyRotation")),
        ("SecretsKey: goes with", lambda r, s, _: put("Delete", r, "SecretsKey", "DeletionPolicy")),
        ("SecretsKey: goes with", lambda r, s, _: without(r, "SecretsKey", "UpdateReplacePolicy")),
        (
            "AlertKey: has an entry",
            lambda r, s, _: r["AlertKey"].update({"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}),
        ),
    ],
    "what_is_sealed_can_be_opened": [
        (
            'OpenRole: cannot open what {"Ref": "SecretsKeyArn"}',
            lambda r, s, _: without(policy(r, "OpenRole"), 0, "Resource", 1),
        ),
        ('WorkRole: cannot open what {"Ref": "New"}', lambda r, s, _: put({"Ref": "New"}, *seals_with(r))),
        ("fewer than two", lambda r, s, _: without(r, "OpenRole")),
        ("no role seals", lambda r, s, _: without(policy(r, "WorkRole"), 1)),
    ],
    "keys_are_used_for_webhooks_only": [
        (
            "WorkRole, statement Seal: kms:GenerateDataKey",
            lambda r, s, _: without(policy(r, "WorkRole"), 1, "Condition"),
        ),
        (
            "OpenRole, statement Open: kms:Decrypt",
            lambda r, s, _: put({"Bool": {"x": "true"}}, policy(r, "OpenRole"), 0, "Condition"),
        ),
    ],
    "patterns_tell_right_from_wrong": [
        ("AllowedTargets: takes '0x7f.1'", lambda r, s, stack: put(".*", *pattern_of(stack, "AllowedTargets"))),
        ("AllowedTargets: refuses '::1'", lambda r, s, stack: put("[a-z]*", *pattern_of(stack, "AllowedTargets"))),
        (
            "JwtTenantClaim: refuses ''",
            lambda r, s, stack: put("", stack.template, "Parameters", "JwtTenantClaim", "Default"),
        ),
        (
            "Extra: has a pattern, and no samples",
            lambda r, s, stack: put({"AllowedPattern": "x"}, stack.template, "Parameters", "Extra"),
        ),
        ("JwtIssuer: there is no such", lambda r, s, stack: without(stack.template, "Parameters", "JwtIssuer")),
        ("JwtIssuer: there is no such", lambda r, s, stack: without(*pattern_of(stack, "JwtIssuer"))),
    ],
    "rules_refuse_half_a_mode": [
        ("let through {'AuthMode': 'NONE'}", lambda r, s, stack: without(stack.template, "Rules", "Open")),
        ("let through {'AuthMode': 'JWT'}", lambda r, s, stack: without(stack.template, "Rules", "Tokens")),
        (
            "let through {'AuthMode': 'JWT', 'JwtIssuer'",
            lambda r, s, stack: without(stack.template, "Rules", "Tokens", "Assertions", 1),
        ),
        (
            "refuse {'AuthMode': 'IAM'}",
            lambda r, s, stack: without(stack.template, "Rules", "Open", "RuleCondition"),
        ),
        ("refuse the defaults", lambda r, s, stack: put("NONE", stack.template, "Parameters", "AuthMode", "Default")),
    ],
    "functions_have_binaries": [
        (
            "WorkFunction: CodeUri",
            lambda r, s, _: put("../target/lambda/other/", r, "WorkFunction", "Properties", "CodeUri"),
        ),
        ("idle.rs", lambda r, s, stack: stack.binaries.add("idle")),
    ],
    "logs_end": [
        ("no RetentionInDays", lambda r, s, _: without(r, "WorkLogGroup", "Properties", "RetentionInDays")),
        ("WorkFunction: LoggingConfig", lambda r, s, _: without(r, "WorkFunction", "Properties", "LoggingConfig")),
    ],
    "data_rests_encrypted": [
        ("Events: is not", lambda r, s, _: without(r, "Events", "Properties", "SSESpecification")),
        ("Bucket: is not", lambda r, s, _: put({"Type": "AWS::S3::Bucket"}, r, "Bucket")),
        ("Topic: is not", lambda r, s, _: put({"Type": "AWS::SNS::Topic"}, r, "Topic")),
    ],
    "data_outlives_the_stack": [
        ("DeletionPolicy", lambda r, s, _: put("Delete", r, "Events", "DeletionPolicy")),
        ("UpdateReplacePolicy", lambda r, s, _: without(r, "Events", "UpdateReplacePolicy")),
        (
            "may switch off backups",
            lambda r, s, _: put(
                {"PointInTimeRecoveryEnabled": {"Fn::If": ["Own", True, False]}},
                *(r, "Events", "Properties", "PointInTimeRecoverySpecification"),
            ),
        ),
    ],
    "objects_outlive_rows": [
        ("not 8", lambda r, s, stack: put(7, stack.template, "Mappings", "RetentionDays", "7", "Objects")),
        ("not in both", lambda r, s, stack: without(stack.template, "Mappings", "RetentionDays", "7")),
    ],
    "samconfig_names_parameters": [
        (
            "no parameter Nope",
            lambda r, s, stack: put(
                ["Nope=1"], stack.samconfig, "default", "deploy", "parameters", "parameter_overrides"
            ),
        ),
        (
            "does not take 2",
            lambda r, s, stack: put(
                "EventRetentionDays=2", stack.samconfig, "default", "deploy", "parameters", "parameter_overrides"
            ),
        ),
    ],
    **broken_asynchronous.BROKEN,
    **broken_monitoring.BROKEN,
    **broken_static_ip.BROKEN,
}


class Invariants(unittest.TestCase):
    def test_a_sound_stack_keeps_them_all(self):
        for check in ALL:
            with self.subTest(check.__name__):
                self.assertEqual(list(check(sound_stack())), [])

    def test_each_one_has_a_broken_copy(self):
        self.assertEqual({check.__name__ for check in ALL}, set(BROKEN))

    def test_each_broken_copy_is_refused(self):
        for check in ALL:
            for expected, change in BROKEN[check.__name__]:
                with self.subTest(check.__name__, says=expected):
                    report = "\n".join(check(edited(change)))
                    self.assertIn(expected, report)


class InlineCopy(unittest.TestCase):
    def test_it_holds_the_definition_where_cfn_lint_looks(self):
        machine = inline_definitions(sound_stack())["Resources"]["Machine"]
        self.assertEqual(machine["Type"], "AWS::StepFunctions::StateMachine")
        self.assertEqual(machine["Properties"]["Definition"]["StartAt"], "Work")

    def test_cfn_lint_refuses_a_broken_machine_there(self):
        def findings(change):
            stack = edited(change)
            template = inline_definitions(stack)
            resources = {
                name: template["Resources"][name] for name in ("Machine", "MachineRole", "WorkFunction", "WorkRole")
            }
            resources["WorkRole"] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}
            return {
                match.rule.id
                for match in lint(json.dumps({"Resources": resources}), config=ManualArgs(regions=["us-east-1"]))
            }

        self.assertNotIn("E3601", findings(lambda r, s, _: None))
        self.assertIn("E3601", findings(lambda r, s, _: put("Tsk", s, "Work", "Type")))


if __name__ == "__main__":
    unittest.main()

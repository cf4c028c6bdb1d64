"""The smallest stack that keeps every invariant; the tests break copies of it."""

import copy
import json
import re

from invariants import Stack
from invariants.documents import DEPLOYING, INSIDE, parameters_table
from invariants.parameters import SAMPLES
from invariants.permissions import ALLOWED_WILDCARDS
from invariants.stack import load_template

from .sound_asynchronous import ASYNCHRONOUS, REDELIVERY
from .sound_monitoring import DOCUMENTS, LIMITS_OF_THE_CODE, MONITORING
from .sound_static_ip import STATIC_IP

_TEMPLATE = """
Parameters:
  EventRetentionDays: { Type: Number, AllowedValues: [1, 7] }
  AuthMode: { Type: String, Default: IAM, AllowedValues: [IAM, JWT, NONE] }
  AllowUnauthenticatedAccess: { Type: String, Default: "false" }
  Monitoring: { Type: String, Default: Full, AllowedValues: [Full, Essential] }
  StaticIpZones: { Type: Number, Default: 0, AllowedValues: [0, 1, 2] }
  StaticIpReservedAddresses: { Type: Number, Default: 0, AllowedValues: [0, 1, 2] }
Rules:
  Open:
    RuleCondition: !Equals [!Ref AuthMode, NONE]
    Assertions: [{ Assert: !Equals [!Ref AllowUnauthenticatedAccess, "true"] }]
  Tokens:
    RuleCondition: !Equals [!Ref AuthMode, JWT]
    Assertions:
      - { Assert: !Not [!Equals [!Ref JwtIssuer, ""]] }
      - { Assert: !Not [!Equals [!Ref JwtAudience, ""]] }
Mappings:
  RetentionDays: { "1": { Objects: 2 }, "7": { Objects: 8 } }
  Authorization: { IAM: { Type: AWS_IAM }, JWT: { Type: JWT }, NONE: { Type: NONE } }
Conditions:
  AuthIsJwt: !Equals [!Ref AuthMode, JWT]
  Own: !Equals [!Ref SecretsKeyArn, ""]
  FullMonitoring: !Equals [!Ref Monitoring, Full]
  OneZone: !Not [!Equals [!Ref StaticIpZones, 0]]
  TwoZones: !Equals [!Ref StaticIpZones, 2]
  AddressA: !Or [!Condition OneZone, !Not [!Equals [!Ref StaticIpReservedAddresses, 0]]]
  AddressB: !Or [!Condition TwoZones, !Equals [!Ref StaticIpReservedAddresses, 2]]
Resources:
  Events:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: { SSESpecification: { SSEEnabled: true } }
  AlertKey:
    Type: AWS::KMS::Key
    Properties: { EnableKeyRotation: true }
  SecretsKey:
    Type: AWS::KMS::Key
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: { EnableKeyRotation: true }
  WorkFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../target/lambda/work/
      Role: !GetAtt WorkRole.Arn
      LoggingConfig: { LogGroup: !Ref WorkLogGroup }
  WorkRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: work
          PolicyDocument:
            Statement:
              - { Sid: Read, Effect: Allow, Action: "dynamodb:GetItem", Resource: !GetAtt Events.Arn }
              - Sid: Seal
                Effect: Allow
                Action: kms:GenerateDataKey
                Resource: !If [Own, !GetAtt SecretsKey.Arn, !Ref SecretsKeyArn]
                Condition: { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": [tenant_id, config_id] } }
              - Sid: Open
                Effect: Allow
                Action: kms:Decrypt
                Resource: [!GetAtt SecretsKey.Arn, !If [Own, !Ref AWS::NoValue, !Ref SecretsKeyArn]]
                Condition: { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": [tenant_id, config_id] } }
  OpenRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: open
          PolicyDocument:
            Statement:
              - Sid: Open
                Effect: Allow
                Action: kms:Decrypt
                Resource: [!GetAtt SecretsKey.Arn, !Ref SecretsKeyArn]
                Condition: { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": [tenant_id, config_id] } }
              - { Sid: Alert, Effect: Allow, Action: "kms:Decrypt", Resource: !GetAtt AlertKey.Arn }
  WorkLogGroup:
    Type: AWS::Logs::LogGroup
    Properties: { RetentionInDays: 14 }
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: ../statemachine/delivery.asl.json
      DefinitionSubstitutions:
        WorkArn: !GetAtt WorkFunction.Arn
        Events: !Ref Events
        DeliverFunctionArn: !GetAtt SendFunction.Arn
        DeliverStaticIpFunctionArn: !If [OneZone, !GetAtt AwayFunction.Arn, !GetAtt SendFunction.Arn]
      Role: !GetAtt MachineRole.Arn
      Logging: { Level: ERROR, IncludeExecutionData: false, Destinations: [{}] }
  MachineRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: machine
          PolicyDocument:
            Statement:
              - { Sid: Run, Effect: Allow, Action: "lambda:InvokeFunction", Resource: !GetAtt WorkFunction.Arn }
              - { Sid: Record, Effect: Allow, Action: ["dynamodb:PutItem"], Resource: [!GetAtt Events.Arn] }
              - Sid: Send
                Effect: Allow
                Action: lambda:InvokeFunction
                Resource: [!GetAtt SendFunction.Arn, !If [OneZone, !GetAtt AwayFunction.Arn, !Ref AWS::NoValue]]
  HttpApi: { Type: "AWS::ApiGatewayV2::Api" }
  WorkIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { IntegrationUri: !GetAtt WorkFunction.Arn }
  JwtAuthorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Condition: AuthIsJwt
    Properties:
      AuthorizerType: JWT
      IdentitySource: [$request.header.Authorization]
      JwtConfiguration: { Issuer: !Ref JwtIssuer, Audience: !Split [",", !Ref JwtAudience] }
  DefaultRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      RouteKey: $default
      AuthorizationType: !FindInMap [Authorization, !Ref AuthMode, Type]
      AuthorizerId: !If [AuthIsJwt, !Ref JwtAuthorizer, !Ref AWS::NoValue]
      Target: !Sub integrations/${WorkIntegration}
  DefaultPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt WorkFunction.Arn
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*/$default"
  WorkRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      RouteKey: POST /work/{id}
      AuthorizationType: !FindInMap [Authorization, !Ref AuthMode, Type]
      AuthorizerId: !If [AuthIsJwt, !Ref JwtAuthorizer, !Ref AWS::NoValue]
      Target: !Sub integrations/${WorkIntegration}
  WorkPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt WorkFunction.Arn
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*/POST/work/*"
"""


def _task(function: str) -> dict:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": f"${{{function}}}"},
        "TimeoutSecondsPath": "$.timeout",
        "Retry": [{"ErrorEquals": ["Lambda.ServiceException"]}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}],
    }


_DEFINITION = {
    "StartAt": "Work",
    "TimeoutSeconds": 60,
    "States": {
        "Work": _task("WorkArn") | {"Next": "Record"},
        "Send": _task("DeliverFunctionArn") | {"Next": "Done"},
        "Away": _task("DeliverStaticIpFunctionArn") | {"Next": "Done"},
        "Record": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {"TableName": "${Events}"},
            "TimeoutSeconds": 5,
            "Retry": [{"ErrorEquals": ["DynamoDB.ThrottlingException"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}],
            "Next": "Which",
        },
        "More": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution",
            "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id"},
            "TimeoutSeconds": 5,
            "Retry": [{"ErrorEquals": ["States.ALL"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}],
            "Next": "Done",
        },
        "Which": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.x", "IsPresent": True, "Next": "Done"},
                {"Variable": "$.y", "IsPresent": True, "Next": "Send"},
                {"Variable": "$.z", "IsPresent": True, "Next": "Away"},
                {"Variable": "$.more", "IsPresent": True, "Next": "More"},
            ],
            "Default": "Broken",
        },
        "Done": {"Type": "Succeed"},
        "Broken": {"Type": "Fail"},
    },
}


def _excuse(resources: dict) -> None:
    """Adds a statement for each entry of ALLOWED_WILDCARDS: an entry that nothing needs is a violation."""
    for name, sid in ALLOWED_WILDCARDS:
        resource = resources.setdefault(name, {"Type": "AWS::SQS::QueuePolicy", "Properties": {}})
        policy = resource["Properties"].setdefault("Policy", {"Statement": []})
        policy["Statement"].append({"Sid": sid, "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"})


def _parameters() -> dict:
    """A parameter for each entry of SAMPLES, with a pattern that takes exactly what it should."""
    return {
        name: {"Type": "String", "Default": right[0], "AllowedPattern": "|".join(map(re.escape, right))}
        for name, (right, _) in SAMPLES.items()
    }


# As JSON: without what YAML shares between places, so that a change of one is not one of the others, and read faster.
_LOADED = json.dumps(load_template(_TEMPLATE + ASYNCHRONOUS + MONITORING + STATIC_IP))


def sound_stack() -> Stack:
    template = json.loads(_LOADED)
    template["Parameters"].update(_parameters())
    _excuse(template["Resources"])
    return Stack(
        template=template,
        definitions={"delivery.asl.json": json.dumps(_DEFINITION), "redelivery.asl.json": json.dumps(REDELIVERY)},
        samconfig={
            "version": 0.1,
            "default": {"deploy": {"parameters": {"parameter_overrides": ["EventRetentionDays=7"]}}},
        },
        binaries={"work", "send", "api", "fetch-config", "called"},
        emitted={"Failed"},
        limits=dict.fromkeys(INSIDE, 1) | LIMITS_OF_THE_CODE,
        documents=DOCUMENTS | {DEPLOYING: f"<!-- parameters -->\n{parameters_table(template)}\n<!-- /parameters -->\n"},
    )


def edited(change) -> Stack:
    """The sound stack after `change(resources, states, stack)`; `states` are those of the one definition."""
    stack = sound_stack()
    definition = copy.deepcopy(_DEFINITION)
    change(stack.template["Resources"], definition["States"], stack)
    # A change that rewrote the definition as a whole has replaced the text itself.
    if stack.definitions.get("delivery.asl.json") == json.dumps(_DEFINITION):
        stack.definitions["delivery.asl.json"] = json.dumps(definition)
    return stack

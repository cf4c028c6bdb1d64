"""The smallest stack that keeps every invariant; the tests break copies of it."""

import copy
import json

from invariants import Stack
from invariants.permissions import ALLOWED_WILDCARDS
from invariants.stack import load_template

_TEMPLATE = """
Parameters:
  EventRetentionDays: { Type: Number, AllowedValues: [1, 7] }
Mappings:
  RetentionDays: { "1": { Objects: 2 }, "7": { Objects: 8 } }
Resources:
  Events:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: { SSESpecification: { SSEEnabled: true } }
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
  WorkLogGroup:
    Type: AWS::Logs::LogGroup
    Properties: { RetentionInDays: 14 }
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: ../statemachine/machine.asl.json
      DefinitionSubstitutions: { WorkArn: !GetAtt WorkFunction.Arn, Events: !Ref Events }
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
  HttpApi: { Type: "AWS::ApiGatewayV2::Api" }
  WorkIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { IntegrationUri: !GetAtt WorkFunction.Arn }
  WorkRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      RouteKey: POST /work/{id}
      AuthorizationType: !If [AuthIsIam, AWS_IAM, NONE]
      Target: !Sub integrations/${WorkIntegration}
  WorkPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt WorkFunction.Arn
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*/POST/work/*"
"""

_DEFINITION = {
    "StartAt": "Work",
    "TimeoutSeconds": 60,
    "States": {
        "Work": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "${WorkArn}"},
            "TimeoutSecondsPath": "$.timeout",
            "Retry": [{"ErrorEquals": ["Lambda.ServiceException"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}],
            "Next": "Record",
        },
        "Record": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {"TableName": "${Events}"},
            "TimeoutSeconds": 5,
            "Retry": [{"ErrorEquals": ["DynamoDB.ThrottlingException"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}],
            "Next": "Which",
        },
        "Which": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Done"}],
            "Default": "Broken",
        },
        "Done": {"Type": "Succeed"},
        "Broken": {"Type": "Fail"},
    },
}


def _excused() -> dict:
    """One resource for each entry of ALLOWED_WILDCARDS: an entry that nothing needs is a violation."""
    resources = {}
    for name, sid in ALLOWED_WILDCARDS:
        resource = resources.setdefault(name, {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": []}}})
        resource["Properties"]["KeyPolicy"]["Statement"].append(
            {"Sid": sid, "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
        )
    return resources


def sound_stack() -> Stack:
    template = load_template(_TEMPLATE)
    template["Resources"].update(_excused())
    return Stack(
        template=template,
        definitions={"machine.asl.json": json.dumps(_DEFINITION)},
        samconfig={
            "version": 0.1,
            "default": {"deploy": {"parameters": {"parameter_overrides": ["EventRetentionDays=7"]}}},
        },
        binaries={"work"},
    )


def edited(change) -> Stack:
    """The sound stack after `change(resources, states, stack)`; `states` are those of the one definition."""
    stack = sound_stack()
    definition = copy.deepcopy(_DEFINITION)
    change(stack.template["Resources"], definition["States"], stack)
    # A change that rewrote the definition as a whole has replaced the text itself.
    if stack.definitions.get("machine.asl.json") == json.dumps(_DEFINITION):
        stack.definitions["machine.asl.json"] = json.dumps(definition)
    return stack

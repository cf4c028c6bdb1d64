"""The part of the sound stack that nobody waits for: a rule, its queue, what is retried later, and the alarms."""

import re

_ASYNCHRONOUS = """
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: bus
      Targets:
        - Arn: !GetAtt CalledFunction.Arn
          RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86400 }
          DeadLetterConfig: { Arn: !GetAtt Dead.Arn }
  RulePermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt CalledFunction.Arn
      Principal: events.amazonaws.com
      SourceArn: !GetAtt Rule.Arn
  Dead:
    Type: AWS::SQS::Queue
    Properties: { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1209600, MaximumMessageSize: 1048576 }
  DeadPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Dead]
      PolicyDocument:
        Statement:
          - Sid: Rule
            Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: sqs:SendMessage
            Resource: !GetAtt Dead.Arn
            Condition: { ArnEquals: { "aws:SourceArn": !GetAtt Rule.Arn } }
          - Sid: Tls
            Effect: Deny
            Principal: "*"
            Action: sqs:*
            Resource: !GetAtt Dead.Arn
            Condition: { Bool: { "aws:SecureTransport": "false" } }
  CalledFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../target/lambda/called/
      Role: !GetAtt CalledRole.Arn
      LoggingConfig: { LogGroup: !Ref WorkLogGroup }
  CalledRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: called
          PolicyDocument:
            Statement:
              - { Sid: Keep, Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Dead.Arn }
  Calls:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref CalledFunction
      Qualifier: $LATEST
      MaximumRetryAttempts: 2
      DestinationConfig: { OnFailure: { Destination: !GetAtt Dead.Arn } }
  Waiting:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: ../statemachine/redelivery.asl.json
      Role: !GetAtt WaitingRole.Arn
      Logging: { Level: ERROR, IncludeExecutionData: false, Destinations: [{}] }
  WaitingRole:
    Type: AWS::IAM::Role
    Properties: {}
  WaitingStartsLegs:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref WaitingRole]
      PolicyDocument:
        Statement:
          - { Sid: Start, Effect: Allow, Action: "states:StartExecution", Resource: !Ref Machine }
  MachineStartsItself:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref MachineRole]
      PolicyDocument:
        Statement:
          - { Sid: Start, Effect: Allow, Action: "states:StartExecution", Resource: !Ref Machine }
  DeadAlarm: ALARM(AWS/SQS, ApproximateNumberOfMessagesVisible) [{ Name: QueueName, Value: !GetAtt Dead.QueueName }] } }
  LostAlarm: ALARM(AWS/Lambda, DestinationDeliveryFailures) [{ Name: FunctionName, Value: !Ref CalledFunction }] } }
  RuleAlarm: ALARM(AWS/Events, InvocationsFailedToBeSentToDlq) [
    { Name: EventBusName, Value: bus }, { Name: RuleName, Value: !Select [2, !Split ["/", !GetAtt Rule.Arn]] }] } }
  FailedAlarm: ALARM(AWS/States, ExecutionsFailed) [{ Name: StateMachineArn, Value: !Ref Machine }] } }
  SlowAlarm: ALARM(AWS/States, ExecutionsTimedOut) [{ Name: StateMachineArn, Value: !Ref Machine }] } }
  WaitingFailedAlarm: ALARM(AWS/States, ExecutionsFailed) [{ Name: StateMachineArn, Value: !Ref Waiting }] } }
  WaitingSlowAlarm: ALARM(AWS/States, ExecutionsTimedOut) [{ Name: StateMachineArn, Value: !Ref Waiting }] } }
"""

_ALARM = """{ Type: "AWS::CloudWatch::Alarm", Properties: { Threshold: 1, AlarmActions: [x],
    AlarmDescription: "It is. Runbook: docs/RUNBOOKS.md#it-breaks", Namespace: \\1, MetricName: \\2, Dimensions:"""
ASYNCHRONOUS = re.sub(r"ALARM\((.*), (.*)\)", _ALARM, _ASYNCHRONOUS)

REDELIVERY = {
    "StartAt": "Wait",
    "TimeoutSeconds": 90000,
    "States": {
        "Wait": {"Type": "Wait", "TimestampPath": "$.due", "Next": "StartLeg"},
        "StartLeg": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution",
            "Parameters": {"StateMachineArn.$": "$.machine_arn"},
            "TimeoutSeconds": 5,
            "Retry": [{"ErrorEquals": ["States.ALL"]}],
            "Catch": [
                {"ErrorEquals": ["StepFunctions.ExecutionAlreadyExistsException"], "Next": "Started"},
                {"ErrorEquals": ["States.ALL"], "Next": "Started"},
            ],
            "End": True,
        },
        "Started": {"Type": "Succeed"},
    },
}

"""The part of the sound stack that is looked at: an alarm of several metrics, the dashboard, whom others read by, the documents."""

MONITORING = """
  EventsTable:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: { SSESpecification: { SSEEnabled: true }, GlobalSecondaryIndexes: [{ IndexName: open }] }
  ShareAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: FullMonitoring
    Properties:
      AlarmDescription: "Many. Runbook: docs/RUNBOOKS.md#too-many"
      AlarmActions: [x]
      Metrics:
        - Id: failed
          ReturnData: false
          MetricStat: { Metric: { Namespace: Hookstep, MetricName: Failed, Dimensions: [{ Name: Stack, Value: !Ref "AWS::StackName" }] } }
        - { Id: share, Expression: "IF(failed > 3, failed, 0)" }
  Dashboard:
    Type: AWS::CloudWatch::Dashboard
    Condition: FullMonitoring
    Properties:
      DashboardBody: !Sub
        - |
          {"widgets": [
            {"properties": {"alarms": ["${DeadAlarm.Arn}", "${LostAlarm.Arn}", "${RuleAlarm.Arn}", "${FailedAlarm.Arn}", "${SlowAlarm.Arn}",
              "${WaitingFailedAlarm.Arn}", "${WaitingSlowAlarm.Arn}", "${ShareAlarm.Arn}"${More}]}},
            {"properties": {"metrics": [["Hookstep", "Failed", "Stack", "${AWS::StackName}"], [{"expression": "1"}]]}},
            {"properties": {"metrics": [["AWS/DynamoDB", "ThrottledRequests", "TableName", "${EventsTable}", "Operation", "GetItem", {}]]}}
          ]}
        - More: !If [OneZone, !Sub "", ""]
  Readers:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Sid: Read
            Effect: Allow
            Action: [dynamodb:Query, dynamodb:PartiQLSelect]
            Resource: [!GetAtt EventsTable.Arn, !Sub "${EventsTable.Arn}/index/open"]
          - Sid: NoScans
            Effect: Deny
            Action: dynamodb:PartiQLSelect
            Resource: [!GetAtt EventsTable.Arn, !Sub "${EventsTable.Arn}/index/open"]
            Condition: { Bool: { "dynamodb:FullTableScan": "true" } }
"""

RUNBOOKS = """# Runbooks

## It breaks

Alarms: `DeadAlarm`, `LostAlarm`, `RuleAlarm`, `FailedAlarm`, `SlowAlarm`, `WaitingFailedAlarm`, `WaitingSlowAlarm`

**Means.** This. **Look.** [There](OPERATIONS.md#what-else-there-is). **Do.** That.

## Too many

Alarms: `ShareAlarm`

**Means.** This. **Look.** [There](../README.md). **Do.** That.
"""

OPERATIONS = """# Operations

## Outputs

`StaticIpAddresses` are for receivers.

## Metrics

`Failed` is what failed.

## Alarms

| alarm | when | essential |
| --- | --- | --- |
| `DeadAlarm`, `LostAlarm`, `RuleAlarm`, `FailedAlarm`, `SlowAlarm`, `WaitingFailedAlarm`, `WaitingSlowAlarm` | it is | yes |
| `ShareAlarm` | many | no |

## What else there is?
"""

COST = """# Cost

| `Essential` | 7 on 7 metrics: 0.70 | none | **0.70** |
| `Full` | 8 on 8 metrics: 0.80 | 3.00 | **3.80** |
"""

LIMITS_OF_THE_CODE = {"UPLOAD_MAX_BYTES": 2**30, "SYNC_BUDGET_MS": 27000, "NAME_MAX_CHARS": 1200}
LIMITS = """# Limits

| uploaded | 1 GiB | `UPLOAD_MAX_BYTES` |
| wait | 27 s, then 202 | `SYNC_BUDGET_MS` |
| `name` | 1,200 characters | `NAME_MAX_CHARS` |
"""

DOCUMENTS = {
    "docs/LIMITS.md": LIMITS,
    "docs/RUNBOOKS.md": RUNBOOKS,
    "docs/OPERATIONS.md": OPERATIONS,
    "docs/COST.md": COST,
    "README.md": "# Read this\n",
}

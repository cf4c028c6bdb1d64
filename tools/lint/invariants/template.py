"""The rest of the template: logs end, data rests encrypted and outlives the stack, names match."""

import json

from .stack import Stack, as_list, referenced


def functions_have_binaries(stack: Stack):
    """Every function runs a binary of hookstep-lambdas, and every binary is deployed."""
    deployed = set()
    for name, resource in stack.resources("AWS::Serverless::Function"):
        uri = str(resource["Properties"].get("CodeUri"))
        prefix, _, binary = uri.strip("/").rpartition("/")
        deployed.add(binary)
        if prefix != "../target/lambda" or binary not in stack.binaries:
            yield f"{name}: CodeUri {uri} is not ../target/lambda/ and the name of a file in hookstep-lambdas/src/bin"
    for binary in sorted(stack.binaries - deployed):
        yield f"hookstep-lambdas/src/bin/{binary}.rs: no function of the template runs it"


def logs_end(stack: Stack):
    """Every log group has a retention, and every function writes to one of the template's."""
    for name, resource in stack.resources("AWS::Logs::LogGroup"):
        if "RetentionInDays" not in resource["Properties"]:
            yield f"{name}: no RetentionInDays, so its lines are kept, and paid, for ever"
    for name, resource in stack.resources("AWS::Serverless::Function"):
        group = referenced(resource["Properties"].get("LoggingConfig", {}).get("LogGroup"))
        if stack.template["Resources"].get(group, {}).get("Type") != "AWS::Logs::LogGroup":
            yield f"{name}: LoggingConfig.LogGroup is not a log group of this template"


def data_rests_encrypted(stack: Stack):
    """Every table, bucket, topic and queue is encrypted at rest."""
    wanted = {
        "AWS::DynamoDB::Table": lambda p: p.get("SSESpecification", {}).get("SSEEnabled") is True,
        "AWS::S3::Bucket": lambda p: "BucketEncryption" in p,
        "AWS::SNS::Topic": lambda p: "KmsMasterKeyId" in p,
        "AWS::SQS::Queue": lambda p: "KmsMasterKeyId" in p or p.get("SqsManagedSseEnabled") is True,
    }
    for name, resource in stack.resources(*wanted):
        if not wanted[resource["Type"]](resource.get("Properties", {})):
            yield f"{name}: is not encrypted at rest"


def data_outlives_the_stack(stack: Stack):
    """Tables and buckets are kept when the stack, or the resource in it, goes; backups are not switched off."""
    for name, resource in stack.resources("AWS::DynamoDB::Table", "AWS::S3::Bucket"):
        if resource.get("DeletionPolicy") not in ("Retain", "RetainExceptOnCreate"):
            yield f"{name}: DeletionPolicy lets the stack take the data along"
        if resource.get("UpdateReplacePolicy") != "Retain":
            yield f"{name}: UpdateReplacePolicy lets a replacement take the data along"
        # Where a deployment does not want backups, an operator may have switched them on by hand.
        backups = json.dumps(resource.get("Properties", {}).get("PointInTimeRecoverySpecification", {}))
        if backups.count("PointInTimeRecoveryEnabled") != backups.count('"PointInTimeRecoveryEnabled": true'):
            yield f"{name}: PointInTimeRecoverySpecification may switch off backups that there are"


def objects_outlive_rows(stack: Stack):
    """Every EventRetentionDays has its entry in RetentionDays, one day longer."""
    allowed = stack.template["Parameters"]["EventRetentionDays"]["AllowedValues"]
    mapping = stack.template["Mappings"]["RetentionDays"]
    for days in sorted(set(map(str, allowed)) ^ set(map(str, mapping)), key=int):
        yield f"EventRetentionDays {days}: in AllowedValues or in the mapping RetentionDays, but not in both"
    for days, entry in mapping.items():
        if entry["Objects"] != int(days) + 1:
            yield f"RetentionDays {days}: objects are kept {entry['Objects']} days, not {int(days) + 1}"


def samconfig_names_parameters(stack: Stack):
    """samconfig.toml sets only parameters that there are, to values that they take."""
    for environment, commands in stack.samconfig.items():
        if not isinstance(commands, dict):
            continue
        for override in as_list(commands.get("deploy", {}).get("parameters", {}).get("parameter_overrides")):
            name, _, value = override.partition("=")
            parameter = stack.template["Parameters"].get(name)
            if parameter is None:
                yield f"samconfig.toml, {environment}: there is no parameter {name}"
            elif "AllowedValues" in parameter and value not in map(str, parameter["AllowedValues"]):
                yield f"samconfig.toml, {environment}: {name} does not take {value}"


CHECKS = [
    functions_have_binaries,
    logs_end,
    data_rests_encrypted,
    data_outlives_the_stack,
    objects_outlive_rows,
    samconfig_names_parameters,
]

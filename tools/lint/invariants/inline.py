"""A copy of the template that cfn-lint can see the machines in.

`sam validate --lint` and cfn-lint do not follow DefinitionUri. Placed inline in an AWS::StepFunctions::StateMachine, a
definition is judged by cfn-lint's rule E3601.
"""

import copy

from .machines import machines
from .stack import Stack, referenced


def _as_cfn_lint_reads_it(definition: dict) -> dict:
    """Its schema of Succeed lacks two fields that the language has; asl-validator and statelint do judge them."""
    for _, machine in machines(definition, ""):
        for state in machine["States"].values():
            if state.get("Type") == "Succeed":
                state.pop("InputPath", None)
                state.pop("OutputPath", None)
    return definition


def inline_definitions(stack: Stack) -> dict:
    template = copy.deepcopy(stack.template)
    for name, properties, file in stack.machines():
        inline = {
            "StateMachineType": properties.get("Type", "STANDARD"),
            "Definition": _as_cfn_lint_reads_it(stack.definition(file)),
            "RoleArn": {"Fn::GetAtt": [referenced(properties["Role"]), "Arn"]},
            "LoggingConfiguration": properties.get("Logging", {}),
        }
        # Its schema takes no empty one.
        if substitutions := properties.get("DefinitionSubstitutions"):
            inline["DefinitionSubstitutions"] = substitutions
        template["Resources"][name] = {"Type": "AWS::StepFunctions::StateMachine", "Properties": inline}
    return template

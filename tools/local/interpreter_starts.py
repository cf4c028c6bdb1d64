"""Executions that start other executions, as AWS has them, in moto.

moto hands the parameters of `arn:aws:states:::states:startExecution` on to boto3 by the names that a definition has for them,
such as StateMachineArn, where boto3 takes stateMachineArn, and fails. `install` renames them.
"""

from engine_connections import EngineChanged, require


def install():
    """Wraps moto's function, or raises EngineChanged."""
    try:
        from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_sfn
    except ImportError as missing:
        raise EngineChanged(f"it has no {missing.name}") from missing
    service = state_task_service_sfn.StateTaskServiceSfn
    require(service, "_normalise_parameters", ["self", "parameters", "boto_service_name", "service_action_name"])
    normalise = service._normalise_parameters

    def with_botos_names(self, parameters, boto_service_name=None, service_action_name=None):
        normalise(self, parameters, boto_service_name, service_action_name)
        for name in list(parameters):
            parameters[name[0].lower() + name[1:]] = parameters.pop(name)

    service._normalise_parameters = with_botos_names

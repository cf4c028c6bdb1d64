"""Asynchronous invocations, throttled tasks and second starts as AWS has them, in the local engine.

In AWS a rule invokes a function asynchronously: what fails is tried again as the function's event invoke configuration says
and goes to its destination then, what is throttled waits, and what can't be invoked at all goes to the target's dead-letter
queue. A task whose function is throttled fails with an error of that name. Starting an execution by the name of one that
runs answers that one, if it is STANDARD and has the same input, and starts another one, if it is EXPRESS; the error of a task
that is refused a start names the service. The engine tries once, calls a throttled task's error unknown, refuses each second
start, and names no service. `install` wraps its functions.

Not as in AWS: seconds pass between two tries, where AWS lets a minute pass, and then two.
"""

import contextvars
import json
import threading
import time
import uuid

from engine_connections import EngineChanged, require

_LOOK_EVERY_SECONDS = 0.1
_MAX_AGE_SECONDS = 21_600


def install():
    """Wraps the engine's functions, or raises EngineChanged."""
    try:
        from ministack.services import eventbridge, lambda_svc, stepfunctions
    except ImportError as missing:
        raise EngineChanged(f"it has no {missing.name}") from missing
    require(eventbridge, "_invoke_target", ["target", "event", "rule", "view"])
    require(eventbridge, "_dispatch_to_lambda", ["arn", "payload"])
    require(eventbridge, "_dispatch_to_sqs", ["spec", "payload", "sqs_parameters"])
    require(lambda_svc, "invoke_async_with_retry", ["func", "event"])
    require(lambda_svc, "_get_func_record_for_ref", ["function_ref"])
    require(lambda_svc, "_execution_record_for_config", ["func", "config"])
    require(lambda_svc, "_reserved_concurrency", ["func", "config"])
    require(stepfunctions, "_call_lambda", ["func_ref", "event"])
    require(stepfunctions, "_start_execution", ["data"])
    require(stepfunctions, "_resolve_state_machine_arn", ["arn"])
    require(stepfunctions, "_invoke_nested_start_execution", ["resource", "input_data"])
    Invocations(lambda_svc).install()
    Rules(eventbridge, lambda_svc).install()
    _name_throttling(stepfunctions)
    _name_refused_starts(stepfunctions)
    SecondStarts(stepfunctions).install()


class Invocations:
    """Asynchronous ones: they wait while their function is throttled, and that costs them no try."""

    def __init__(self, functions):
        self._functions = functions
        self._invoke = functions.invoke_async_with_retry

    def install(self):
        self._functions.invoke_async_with_retry = self.invoke

    def invoke(self, func, event):
        if not self._is_throttled(func):
            self._invoke(func, event)
            return
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._wait, func, event), daemon=True).start()

    def _wait(self, func, event):
        config = func.get("event_invoke_config") or (func.get("event_invoke_configs") or {}).get("$LATEST") or {}
        deadline = time.monotonic() + config.get("MaximumEventAgeInSeconds", _MAX_AGE_SECONDS)
        while self._is_throttled(func) and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY_SECONDS)
            now = self._functions._functions.get(func["config"]["FunctionName"]) or {}
            func = {**func, "concurrency": now.get("concurrency")}
        self._invoke(func, event)

    def _is_throttled(self, func):
        return self._functions._reserved_concurrency(func, func["config"]) == 0


class Rules:
    """Targets of rules that are functions."""

    def __init__(self, events, functions):
        self._events = events
        self._functions = functions
        self._invoke_target = events._invoke_target
        self._target = contextvars.ContextVar("target", default={})

    def install(self):
        self._events._invoke_target = self.invoke_target
        self._events._dispatch_to_lambda = self.dispatch_to_lambda

    def invoke_target(self, target, event, rule, view=None):
        before = self._target.set(target)
        try:
            self._invoke_target(target, event, rule, view)
        finally:
            self._target.reset(before)

    def dispatch_to_lambda(self, arn, payload):
        func, config, _ = self._functions._get_func_record_for_ref(arn)
        if func and config:
            record = self._functions._execution_record_for_config(func, config)
            self._functions.invoke_async_with_retry(record, json.loads(payload))
        elif queue := (self._target.get().get("DeadLetterConfig") or {}).get("Arn"):
            self._events._dispatch_to_sqs(self._events.parse_arn(queue), payload)


def _name_throttling(states):
    """Has the error of a task whose function is throttled the name that it has in AWS."""
    call = states._call_lambda

    def call_lambda(func_ref, event):
        try:
            return call(func_ref, event)
        except states._ExecutionError as error:
            if error.error == "Lambda.Unknown" and '"TooManyRequestsException"' in error.cause:
                error.error = "Lambda.TooManyRequestsException"
            raise

    states._call_lambda = call_lambda


def _name_refused_starts(states):
    """Has the error of a task that may not start an execution the name that it has in AWS."""
    start = states._invoke_nested_start_execution

    def invoke_nested_start_execution(resource, input_data):
        try:
            return start(resource, input_data)
        except states._ExecutionError as error:
            if not error.error.startswith("States."):
                error.error = f"StepFunctions.{error.error}Exception"
            raise

    states._invoke_nested_start_execution = invoke_nested_start_execution


class SecondStarts:
    """StartExecution by the name of an execution that there is."""

    def __init__(self, states):
        self._states = states
        self._start = states._start_execution

    def install(self):
        self._states._start_execution = self.start

    def start(self, data):
        states, name = self._states, data.get("name")
        machine = states._state_machines.get(states._resolve_state_machine_arn(data.get("stateMachineArn", "")))
        first = self._first(machine, name)
        if not first:
            return self._start(data)
        if machine["type"] == "EXPRESS":
            # The name is in the ARN, by which the engine keeps them apart.
            answer = self._start({**data, "name": f"{name}:{uuid.uuid4()}"})
            states._executions[json.loads(answer[2])["executionArn"]]["name"] = name
            return answer
        if first["status"] == "RUNNING" and first["input"] == data.get("input", "{}"):
            return states.json_response({"executionArn": first["executionArn"], "startDate": first["startDate"]})
        return self._start(data)

    def _first(self, machine, name):
        if not machine or not name:
            return None
        arn = machine["stateMachineArn"].replace(":stateMachine:", ":execution:") + f":{name}"
        return self._states._executions.get(arn)

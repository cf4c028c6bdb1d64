"""State machines: nothing dangles, nothing hangs, nothing escapes, and every placeholder is filled."""

from .stack import PLACEHOLDER, Stack


def machines(definition: dict, where: str):
    """The machine itself and each one nested in a Map or a Parallel: (where, {"StartAt", "States"})."""
    yield where, definition
    for name, state in definition.get("States", {}).items():
        nested = [state.get("ItemProcessor"), state.get("Iterator"), *state.get("Branches", [])]
        for inner in filter(None, nested):
            yield from machines(inner, f"{where}, inside {name}")


def tasks(definition: dict, where: str = ""):
    """(where, name, state) of each Task."""
    for place, machine in machines(definition, where):
        for name, state in machine.get("States", {}).items():
            if state.get("Type") == "Task":
                yield place, name, state


def targets(state: dict):
    """Every state that this one can hand over to."""
    for key in ("Next", "Default"):
        if key in state:
            yield state[key]
    for catcher in state.get("Catch", []):
        yield catcher.get("Next")
    for choice in state.get("Choices", []):
        yield choice.get("Next")


def substitutions_are_supplied(stack: Stack):
    """Every ${Substitution} of a definition is supplied by the template, and the reverse."""
    for name, properties, file in stack.machines():
        if file not in stack.definitions:
            yield f"{name}: its definition statemachine/{file} does not exist"
            continue
        used = set(PLACEHOLDER.findall(stack.definitions[file]))
        given = set(properties.get("DefinitionSubstitutions", {}))
        for missing in sorted(used - given):
            yield f"{name}: {file} uses ${{{missing}}}, which DefinitionSubstitutions does not supply"
        for unused in sorted(given - used):
            yield f"{name}: DefinitionSubstitutions supplies {unused}, which {file} does not use"


def definitions_are_deployed(stack: Stack):
    """Every file under statemachine/ is deployed by a machine of the template."""
    deployed = {file for _, _, file in stack.machines()}
    for file in stack.definitions:
        if file not in deployed:
            yield f"{file}: no state machine of the template uses it"


def targets_exist(stack: Stack):
    """Every StartAt, Next, Default and Catch names a state that exists."""
    for file in stack.definitions:
        for where, machine in machines(stack.definition(file), file):
            states = machine.get("States", {})
            if machine.get("StartAt") not in states:
                yield f"{where}: StartAt names {machine.get('StartAt')}, which is not a state"
            for name, state in states.items():
                for target in targets(state):
                    if target not in states:
                        yield f"{where}: {name} goes to {target}, which is not a state"


def states_are_reachable(stack: Stack):
    """Every state can be reached from StartAt."""
    for file in stack.definitions:
        for where, machine in machines(stack.definition(file), file):
            states = machine.get("States", {})
            reached, front = set(), [machine.get("StartAt")]
            while front:
                name = front.pop()
                if name in states and name not in reached:
                    reached.add(name)
                    front.extend(targets(states[name]))
            for name in states:
                if name not in reached:
                    yield f"{where}: no path leads to {name}"


def nothing_waits_for_ever(stack: Stack):
    """Every Task and every machine has a timeout."""
    for file in stack.definitions:
        definition = stack.definition(file)
        if "TimeoutSeconds" not in definition:
            yield f"{file}: the machine has no TimeoutSeconds"
        for where, name, state in tasks(definition, file):
            if not {"TimeoutSeconds", "TimeoutSecondsPath"} & set(state):
                yield f"{where}: {name} has neither TimeoutSeconds nor TimeoutSecondsPath"


def tasks_retry(stack: Stack):
    """Every Task retries what the services themselves get wrong."""
    for file in stack.definitions:
        for where, name, state in tasks(stack.definition(file), file):
            if not state.get("Retry"):
                yield f"{where}: {name} has no Retry"


def tasks_catch_everything(stack: Stack):
    """Every Task has a Catch, the last of which is for States.ALL."""
    for file in stack.definitions:
        for where, name, state in tasks(stack.definition(file), file):
            catchers = state.get("Catch") or [{}]
            if catchers[-1].get("ErrorEquals") != ["States.ALL"]:
                yield f"{where}: {name} does not end its Catch with States.ALL, so an error without a name here escapes"


# Definition -> states that an execution without trouble enters. STANDARD is paid by the state.
STATES = {"redelivery.asl.json": 2}


def waiting_is_cheap(stack: Stack):
    """An execution for each retry of a delivery enters no more states than it is meant to pay for."""
    for file in sorted(STATES.keys() & stack.definitions.keys()):
        states = stack.definition(file)["States"]

        def longest(name, passed, states=states):
            onwards = [state for state in targets({**states[name], "Catch": []}) if state in states]
            if name in passed:
                return float("inf")
            return 1 + max((longest(state, {*passed, name}) for state in onwards), default=0)

        entered = longest(stack.definition(file)["StartAt"], set())
        if entered > STATES[file]:
            yield f"{file}: enters {entered} states, not {STATES[file]}"


def executions_log_no_data(stack: Stack):
    """Every machine logs its errors, and never an input or output: these hold payloads."""
    for name, properties, _ in stack.machines():
        logging = properties.get("Logging", {})
        if logging.get("IncludeExecutionData") is not False:
            yield f"{name}: Logging must say IncludeExecutionData: false"
        if logging.get("Level") not in ("ERROR", "FATAL", "ALL") or not logging.get("Destinations"):
            yield f"{name}: Logging has no level or no destination"


CHECKS = [
    substitutions_are_supplied,
    definitions_are_deployed,
    targets_exist,
    states_are_reachable,
    nothing_waits_for_ever,
    tasks_retry,
    tasks_catch_everything,
    waiting_is_cheap,
    executions_log_no_data,
]

"""Loaded by the interpreters of the local engine and of moto at their start (through PYTHONPATH), and by nothing else.

Ten things that the engine has no setting for: its Lambda Runtime API servers should not wait for Nagle's algorithm, it
should not outlive the process that started it, once it has written its state it should not wait for what is under way,
its EventBridge connections should be as in AWS (engine_connections.py), its stacks should know Elastic IPs and NAT
gateways (engine_network.py), its asynchronous invocations, throttled tasks and second starts should be as in AWS
(engine_invocations.py), its alarms should go by what they say (engine_alarms.py), what changes in
its tables should come to functions in batches (engine_streams.py), its PartiQL statements should take the permissions that they
take in AWS (engine_partiql.py), and its tables should refuse writes where a test says so (engine_faults.py).

One that moto has none for: its executions should start others (interpreter_starts.py).
"""

import asyncio
import os
import signal
import socketserver
import sys
import threading

# How long the engine may take to write its state once its parent is gone, before it and its Lambdas are ended by force.
LAST_WORDS_SECONDS = 120


def _end_with_parent():
    """Blocks until standard input, a pipe that the parent holds open, is closed; then stops the engine cleanly."""
    while os.read(0, 4096):
        pass
    forced = threading.Timer(LAST_WORDS_SECONDS, os.killpg, (os.getpgrp(), signal.SIGKILL))
    forced.daemon = True
    forced.start()
    os.kill(os.getpid(), signal.SIGTERM)


async def _exit_now(_loop, _timeout=None):
    """In place of waiting for the threads: each may hold a delivery to a receiver that takes minutes. Ends the Lambdas too.

    asyncio comes to it when the server has ended, and the server ends after it has written its state.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(os.getpgrp(), signal.SIGTERM)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


# None of it is for the children: the Lambdas inherit the engine's environment.
os.environ.pop("PYTHONPATH", None)
if os.environ.pop("HOOKSTEP_ENDS_WITH_STDIN", None) == "1" and os.getpgrp() == os.getpid():
    threading.Thread(target=_end_with_parent, name="ends-with-parent", daemon=True).start()
    asyncio.base_events.BaseEventLoop.shutdown_default_executor = _exit_now

# Without this an invocation takes 52 ms, with it 10.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

if os.environ.pop("HOOKSTEP_ENGINE", None) == "1":
    import engine_alarms
    import engine_connections
    import engine_faults
    import engine_invocations
    import engine_network
    import engine_partiql
    import engine_streams

    try:
        engine_connections.install()
        engine_network.install()
        engine_invocations.install()
        engine_alarms.install()
        engine_partiql.install()
        engine_faults.install()
        engine_streams.install()
    except engine_connections.EngineChanged as reason:
        # Raised, it would be printed and passed over.
        sys.stderr.write(f"tools/local/engine_*.py do not fit this version of the engine: {reason}\n")
        sys.stderr.flush()
        os._exit(1)

if os.environ.pop("HOOKSTEP_INTERPRETER", None) == "1":
    import engine_connections
    import interpreter_starts

    try:
        interpreter_starts.install()
    except engine_connections.EngineChanged as reason:
        sys.stderr.write(f"tools/local/interpreter_starts.py does not fit this version of moto: {reason}\n")
        sys.stderr.flush()
        os._exit(1)

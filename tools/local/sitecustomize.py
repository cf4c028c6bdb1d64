"""Loaded by the local engine's interpreter at its start (through PYTHONPATH), and by nothing else.

Two things that the engine has no setting for: its Lambda Runtime API servers should not wait for Nagle's algorithm, and
it should not outlive the process that started it.
"""

import os
import signal
import socketserver
import threading

# How long the engine may take to write its state once its parent is gone, before it and its Lambdas are ended by force.
LAST_WORDS_SECONDS = 20


def _end_with_parent():
    """Blocks until standard input, a pipe that the parent holds open, is closed; then stops the engine cleanly."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    forced = threading.Timer(LAST_WORDS_SECONDS, os.killpg, (os.getpgrp(), signal.SIGKILL))
    forced.daemon = True
    forced.start()


# Neither is for the children: the Lambdas inherit the engine's environment.
os.environ.pop("PYTHONPATH", None)
if os.environ.pop("HOOKSTEP_ENDS_WITH_STDIN", None) == "1" and os.getpgrp() == os.getpid():
    threading.Thread(target=_end_with_parent, name="ends-with-parent", daemon=True).start()

# Without this an invocation takes 52 ms, with it 10.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

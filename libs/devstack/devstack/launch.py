"""Become the program that a file describes, and die with the process that started it.

Run as a script, by path: `launch.py PROGRAM.json`, a file that `Program.save` wrote.
"""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """SIGKILL for this process when its parent ends, whatever becomes of it (Linux; else nothing)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # A parent that ended before that sends nothing; whoever adopted us is of another session.
    if os.getsid(os.getppid()) != os.getsid(0):
        sys.exit("the process that started this one has ended")


def main(path: Path) -> None:
    """Never returns."""
    program = json.loads(path.read_text())
    die_with_parent()
    os.chdir(program["directory"])
    argv = program["argv"]
    os.execvpe(argv[0], argv, program["env"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))

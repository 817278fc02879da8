"""Run one program, and end it when the process that wanted it ends, however that one ends.

Run as a script, by path: `guard.py OWNER_PID OWNER_DIRECTORY COMMAND...`. It goes on as a daemon,
since it may outlive whoever started it, and that one has nothing to wait for; to stdout it writes
its own pid and the program's. The program's output goes to the guard's stderr. On SIGTERM the
program is killed; when the owner is gone, so is its directory (the last of its guards removes what
is left).
"""

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main(owner: int, directory: Path, command: list[str]) -> None:
    """Guard until the program or its owner ends."""
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, _stop)
    owner_fd = os.pidfd_open(owner)
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    try:
        print(os.getpid(), program.pid, flush=True)
        os.close(sys.stdout.fileno())
        ended = select.poll()
        ended.register(owner_fd, select.POLLIN)
        ended.register(os.pidfd_open(program.pid), select.POLLIN)
        orphaned = owner_fd in {fd for fd, _ in ended.poll()}
    finally:
        program.kill()
        program.wait()
    if orphaned:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

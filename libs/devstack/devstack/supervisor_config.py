"""Supervisord's configuration file, with paths relative to its working directory."""

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from devstack.process import Program

_HEADER = """\
[supervisord]
silent=true
umask=077
pidfile=supervisord.pid
logfile=log/supervisord.log
logfile_maxbytes=1MB
logfile_backups=1
{user}
[unix_http_server]
file={socket}
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

# startretries: supervisord knows no "for ever". Its pause grows by a second with each failure in
# a row, so a million of them is for ever.
_PROGRAM = """
[program:{name}]
command={command}
environment=PROGRAM_DIGEST="{digest}"
priority={priority}
autostart=false
autorestart=true
startsecs=3
startretries=1000000
stopwaitsecs=30
killasgroup=true
redirect_stderr=true
stdout_logfile=log/{name}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=2
"""


def text(programs: Sequence[Program], run: Path, socket: str) -> str:
    """The whole file. The programs are saved in `run`, environments and all: none is in here."""
    user = "user=root\n" if os.geteuid() == 0 else ""  # else supervisord warns that it is root
    sections = [_HEADER.format(user=user, socket=_escaped(socket))]
    for priority, program in enumerate(programs, 1):
        command = _escaped(shlex.join(program.save(run)))
        sections.append(
            _PROGRAM.format(
                name=program.name, command=command, digest=program.digest, priority=priority
            )
        )
    return "".join(sections)


def program_names(config: str) -> list[str]:
    """The programs of such a file, in the order they start."""
    return re.findall(r"^\[program:(.*)\]$", config, re.MULTILINE)


def _escaped(value: str) -> str:
    return value.replace("%", "%%")

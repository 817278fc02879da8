"""A program that supervisord runs."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Supervisord takes the rest of a line for a comment after a space and one of these characters.
_UNSPEAKABLE = re.compile(r'[\n\r"]|\s[;#]')


class StartError(RuntimeError):
    """Something did not start; the message says why and what to do about it."""


@dataclass(frozen=True)
class Program:
    """What to run, where: `env` comes on top of supervisord's own environment.

    With `restart` it is started again, after ever longer pauses, whenever it ends.
    """

    name: str
    argv: Sequence[str]
    directory: Path
    env: Mapping[str, str] = field(default_factory=dict)
    restart: bool = True

    def section(self, priority: int) -> str:
        """Its part of supervisord's configuration; StartError for a value that cannot stand there.

        Setpriv sees to it that the program does not outlive supervisord, however that one ends, but
        for a kill in the few milliseconds before setpriv runs.
        """
        command = shlex.join(["setpriv", "--pdeathsig", "KILL", "--", *self.argv])
        environment = ",".join(f'{name}="{self._checked(name)}"' for name in self.env)
        lines = [
            f"[program:{self.name}]",
            f"command={command.replace('%', '%%')}",
            f"directory={str(self.directory).replace('%', '%%')}",
            f"environment={environment.replace('%', '%%')}",
            f"priority={priority}",
            "autostart=false",
            f"autorestart={str(self.restart).lower()}",
            f"startsecs={3 if self.restart else 0}",
            # Supervisord knows no "for ever". Its pause grows by a second with each failure in a
            # row, so a million of them is for ever.
            "startretries=1000000",
            "stopwaitsecs=30",
            "killasgroup=true",
            "redirect_stderr=true",
            f"stdout_logfile=log/{self.name}.log",
            "stdout_logfile_maxbytes=5MB",
            "stdout_logfile_backups=2",
        ]
        return "\n".join(lines) + "\n"

    def _checked(self, name: str) -> str:
        if _UNSPEAKABLE.search(self.env[name]):
            raise StartError(
                f"{name} has a line break, a double quote, or a blank before ; or # in it: "
                "that cannot be passed on, choose another value."
            )
        return self.env[name]

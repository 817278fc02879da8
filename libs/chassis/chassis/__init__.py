"""How any service runs: settings, logs, errors, health, stores, broker, breaker, tracing."""

import sys
from collections.abc import MutableMapping
from types import ModuleType
from typing import Final

UNUSED: Final = ("opentelemetry.sdk.metrics", "rich")
"""What redis-py and structlog import where it is installed, and no service uses: up to 6 MiB in each.

Rich comes with the tools for development. None in `sys.modules` makes an import fail as if there were
no such module, which these libraries expect; what has been imported already stays.
"""

_modules: MutableMapping[str, ModuleType | None] = sys.modules  # type: ignore[assignment] # typeshed has no None
for _name in UNUSED:
    _modules.setdefault(_name, None)

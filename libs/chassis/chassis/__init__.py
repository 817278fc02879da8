"""How any service runs: settings, logs, errors, health, stores, broker, breaker, tracing."""

import sys
from collections.abc import MutableMapping
from types import ModuleType
from typing import Final

UNUSED: Final = ("opentelemetry.sdk.metrics", "pydantic.v1", "pymongo.pyopenssl_context", "rich")
"""What redis-py, FastAPI, PyMongo and structlog import where it is installed, and no service uses.

That is up to 10 MiB in each service. `cryptography`, which PyMongo would take for PyOpenSSL, and Rich come with the
tools for development alone. None in `sys.modules` makes an import fail as if there were no such module, which
these libraries expect; what has been imported already stays.
"""

_modules: MutableMapping[str, ModuleType | None] = sys.modules  # type: ignore[assignment] # typeshed has no None
for _name in UNUSED:
    _modules.setdefault(_name, None)

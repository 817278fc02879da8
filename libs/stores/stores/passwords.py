"""The password of each user of a store, derived from the one secret of that store."""

import hashlib
import hmac
from typing import Final

ADMIN: Final = "task-hunter"
"""The user that may do everything. No service knows its password."""


def password_of(user: str, secret: str) -> str:
    """64 hexadecimal digits, which need no quoting anywhere. No user can derive another's."""
    return hmac.new(secret.encode(), user.encode(), hashlib.sha256).hexdigest()

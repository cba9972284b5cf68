"""Secrets that are only ever recognised: kept as keyed hashes, so a dump of the database is none.

A key of the ring `TASKLY_TOKEN_KEYS` stands in the hash; the newest one hashes what is new, and
all of them are tried on what comes in, so that a key can be changed under load.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

from django.conf import settings

LETTERS = string.ascii_letters + string.digits


def random_text(length: int) -> str:
    """Letters and digits, 5.95 bits each."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def secret_hash(purpose: str, secret: str) -> str:
    """The hash under which a new secret is kept; `purpose` keeps one kind from being another."""
    return _hash(settings.TASKLY_TOKEN_KEYS[0], purpose, secret)


def secret_hashes(purpose: str, secret: str) -> list[str]:
    """Every hash under which a secret that comes in may have been kept."""
    return [_hash(key, purpose, secret) for key in settings.TASKLY_TOKEN_KEYS]


def _hash(key: str, purpose: str, secret: str) -> str:
    message = f"{purpose}:{secret}".encode("utf-8", "surrogatepass")
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()

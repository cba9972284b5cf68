"""Secrets that have to be read again: encrypted with a ring of keys, the newest first."""

from __future__ import annotations

from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


class EncryptedField(models.BinaryField):
    """A secret as `encrypt` made it. The instance holds the encrypted bytes, never the secret."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)


@cache
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def ring() -> MultiFernet:
    """The installation's keys: the first encrypts, each of them decrypts."""
    return _ring(tuple(settings.TASKLY_ENCRYPTION_KEYS))


def encrypt(secret: str) -> bytes:
    return ring().encrypt(secret.encode())


def decrypt(encrypted: bytes | memoryview) -> str:
    return ring().decrypt(bytes(encrypted)).decode()

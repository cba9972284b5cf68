"""Secrets that have to be read again: encrypted with a ring of keys, the newest first.

A secret is text only between `decrypt` and its use. What a row, a query or a log entry holds is
what `encrypt` made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

# What every Fernet token begins with until the year 2106: its version, and a time of 64 bits.
_BEGINNING = b"gAAAAA"


class SecretUnreadable(Exception):
    """No key of the ring decrypts a kept secret: its key was taken away, or it was damaged.

    Nothing that a caller sent is to blame. Who meets this goes on as if there were no secret; an
    operator puts the key back, or the secret is entered again.
    """

    def __init__(self) -> None:
        super().__init__("no key of the ring decrypts this secret")


class EncryptedField(models.BinaryField):
    """A secret as `encrypt` made it; the instance holds the encrypted bytes, never the secret.

    It takes nothing else, so that a secret can't be kept in plain text by mistake. Dumps leave it
    out (and `loaddata` leaves what is there), and no form has it.
    """

    default_error_messages = {
        "in_plain_text": _("A secret is kept encrypted, and doesn't come out of a file."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "editable": False, "serialize": False})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        kwargs.pop("serialize", None)
        return name, path, args, kwargs

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if value is not None and not bytes(value).startswith(_BEGINNING):
            raise ValueError(f"{self.name} takes what core.encryption.encrypt made")
        return super().get_db_prep_value(value, connection, prepared)

    def to_python(self, value: Any) -> Any:
        """Texts come out of fixtures, and none of those may bring a secret."""
        if isinstance(value, str):
            raise ValidationError(self.error_messages["in_plain_text"], code="in_plain_text")
        return value


def encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedField]]:
    """Every encrypted column of the installation, in the order of the apps."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedField):
                yield model, field


@cache
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def ring() -> MultiFernet:
    """The installation's keys: the first encrypts, each of them decrypts."""
    return _ring(tuple(settings.TASKLY_ENCRYPTION_KEYS))


@sensitive_variables()
def encrypt(secret: str) -> bytes:
    """What is kept of a secret: encrypted and signed with the newest key."""
    return ring().encrypt(secret.encode())


@sensitive_variables()
def decrypt(encrypted: bytes | memoryview) -> str:
    """The secret itself, whichever key of the ring it was encrypted with."""
    try:
        return ring().decrypt(bytes(encrypted)).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def has_newest_key(encrypted: bytes | memoryview) -> bool:
    """Whether it was encrypted with the first key of the ring."""
    try:
        _ring(tuple(settings.TASKLY_ENCRYPTION_KEYS[:1])).decrypt(bytes(encrypted))
    except InvalidToken:
        return False
    return True


def reencrypt(encrypted: bytes | memoryview) -> bytes:
    """The same secret, encrypted with the newest key."""
    try:
        return ring().rotate(bytes(encrypted))
    except InvalidToken:
        raise SecretUnreadable from None

"""The installation's keys, and the files that keep them.

Three rings, each with the newest key first: new things are signed or encrypted with the first
key, and every key of the ring is tried on what is read, so a key can be changed without signing
anybody out. An installation with the embedded database needs no configuration: its keys are made
in `TASKLY_HOME/keys` at the first start.
"""

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

FOLDER = "keys"


@dataclass(frozen=True)
class Keys:
    """The rings: Django's secret keys, the keys of tokens' hashes, and those that encrypt."""

    secret_keys: tuple[str, ...]
    token_keys: tuple[str, ...]
    encryption_keys: tuple[str, ...]


def new_secret() -> str:
    """A secret of 50 random bytes, as text."""
    return secrets.token_urlsafe(50)


def new_encryption_key() -> str:
    """32 random bytes in the form that Fernet takes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


FILES: dict[str, Callable[[], str]] = {
    "secret_keys": new_secret,
    "token_keys": new_secret,
    "encryption_keys": new_encryption_key,
}


def ensure_keys(home: Path) -> Keys:
    """Read the keys in `home`, making those that aren't there yet.

    Each file has one key a line, the newest first, and mode 0600. Several processes may start at
    once: whoever comes first makes the file whole, the others read it.
    """
    folder = home / FOLDER
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        rings = {name: _read_or_make(folder / name, make) for name, make in FILES.items()}
    except OSError as error:
        raise ImproperlyConfigured(
            f"the keys in {folder} can't be read or made ({error.strerror}). Let TASKLY_HOME name "
            "a folder of this user's own, or give SECRET_KEY and DATABASE_URL."
        ) from error
    for name, ring in rings.items():
        if not ring:
            raise ImproperlyConfigured(
                f"{folder / name} is empty. Put the installation's keys back from a backup; "
                "without the file new keys are made, and whatever the old ones protected is lost."
            )
    return Keys(**rings)


def derived_keys(secret_keys: Iterable[str]) -> Keys:
    """The rings of an installation that is given nothing but `SECRET_KEY` and its fallbacks.

    Every ring has a key of its own for each secret key, so that one use tells nothing about
    another, and a secret key that is kept as a fallback keeps its tokens alive.
    """
    ring = tuple(secret_keys)
    return Keys(
        secret_keys=ring,
        token_keys=tuple(_derive(key, "tokens").hex() for key in ring),
        encryption_keys=tuple(
            base64.urlsafe_b64encode(_derive(key, "encryption")).decode() for key in ring
        ),
    )


def is_encryption_key(key: str) -> bool:
    """Whether the text is 32 bytes in URL-safe base 64."""
    try:
        return len(base64.urlsafe_b64decode(key.encode())) == 32
    except ValueError:
        return False


def _derive(key: str, purpose: str) -> bytes:
    return hmac.new(key.encode(), f"taskly {purpose}".encode(), hashlib.sha256).digest()


def _read_or_make(path: Path, make: Callable[[], str]) -> tuple[str, ...]:
    if not path.exists():
        _write_once(path, make())
    return tuple(line.strip() for line in path.read_text().splitlines() if line.strip())


def _write_once(path: Path, key: str) -> None:
    """Put a whole file in its place, unless somebody else has done so meanwhile."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        os.unlink(name)

"""The environment, read and checked in one place.

Every setting that an operator may change comes through `Environment`: it reads the process's
variables (and a `.env` file beneath them), says what is wrong with a value by the variable's
name and never by the value of a secret, and gathers everything that is wrong, so that one start
shows all of it.
"""

import os
import re
from collections.abc import Iterable, MutableMapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

# What people leave standing from an example. The second one is for secrets alone: words that a
# guesser tries first, and keys that stand in public code.
PLACEHOLDER = re.compile(
    r"^<.*>$|change[-_ ]?(me|this|it)\b|(^|[/@:.])your[-_]|\breplace[-_ ]?(me|this)\b"
    r"|^x{3,}$|^todo$",
    re.IGNORECASE,
)
KNOWN_SECRET = re.compile(
    r"^django-insecure|^(development|dev|insecure|not)[-_ ]|^(secret|password|passwd|postgres|"
    r"admin|root|taskly|taskly[-_]demo|test|example|default|qwerty|letmein)[-_ ]?(key|123|1234)?$"
    r"|^(.)\3*$|^(0123|1234)\d*$",
    re.IGNORECASE,
)
SHORTEST_SECRET = 50


class Environment:
    """Typed reading of variables, with every complaint kept until `refuse_problems`.

    A value that can't be used is noted in `problems` and its default is taken meanwhile, so that
    reading goes on.
    """

    def __init__(self, variables: MutableMapping[str, str]) -> None:
        self.reader = environ.Env()
        self.reader.ENVIRON = variables
        self.problems: list[str] = []

    def complain(self, name: str, what: str) -> None:
        """Note that the variable `name` can't be used; `what` never holds a secret."""
        self.problems.append(f"{name}: {what}")

    def given(self, name: str) -> bool:
        """Whether the variable is there and says something; an empty one counts as left out."""
        return bool(self.reader.ENVIRON.get(name, "").strip())

    def text(self, name: str, default: str = "") -> str:
        """A line of text that isn't secret."""
        if not self.given(name):
            return default
        value: str = self.reader.str(name).strip()
        if PLACEHOLDER.search(value):
            self.complain(name, f"{value!r} is a placeholder. Put your own value there.")
            return default
        return value

    def choice(self, name: str, choices: Iterable[str], default: str) -> str:
        """One of a few words, whatever their case."""
        words = {word.lower(): word for word in choices}
        value = self.text(name, default)
        if value.lower() not in words:
            self.complain(name, f"{value!r} isn't one of {', '.join(words.values())}.")
            return default
        return words[value.lower()]

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no: 1/0, true/false, yes/no, on/off."""
        words = {"1": True, "true": True, "yes": True, "on": True}
        words |= {"0": False, "false": False, "no": False, "off": False}
        value = self.text(name, "on" if default else "off")
        if value.lower() not in words:
            self.complain(name, f"{value!r} is neither true nor false.")
            return default
        return words[value.lower()]

    def whole(self, name: str, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
        """A whole number between `least` and `most`."""
        value = self.text(name, str(default))
        if not re.fullmatch(r"-?[0-9]{1,12}", value):
            self.complain(name, f"{value!r} isn't a whole number.")
            return default
        if not least <= int(value) <= most:
            self.complain(name, f"{value} isn't between {least} and {most}.")
            return default
        return int(value)

    def words(self, name: str, default: Iterable[str] = ()) -> list[str]:
        """A list, separated by commas."""
        value = self.text(name)
        return [word.strip() for word in value.split(",") if word.strip()] or list(default)

    def folder(self, name: str) -> Path | None:
        """A folder as an absolute path (`~` is the user's home), or None."""
        value = self.text(name)
        return Path(value).expanduser().absolute() if value else None

    def origin(self, name: str, default: str) -> str:
        """An `http(s)://host[:port]` address, without a slash at its end."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            sound = bool(parts.scheme in ("http", "https") and parts.hostname)
            sound = sound and parts.port != 0 and not (parts.path or parts.query or parts.fragment)
            sound = sound and parts.username is None
        except ValueError:
            sound = False
        if not sound:
            self.complain(name, f"{value!r} isn't an address such as https://taskly.example.com.")
            return default
        return value

    def secret(self, name: str, shortest: int = SHORTEST_SECRET) -> str:
        """A secret, or ''. Refused without being shown: placeholders, known ones, short ones."""
        if not self.given(name):
            return ""
        return self.sound_secret(name, self.reader.str(name).strip(), shortest)

    def secrets(self, name: str, shortest: int = SHORTEST_SECRET) -> list[str]:
        """Several secrets, separated by commas, the newest first."""
        if not self.given(name):
            return []
        values = (value.strip() for value in self.reader.str(name).split(","))
        return [self.sound_secret(name, value, shortest) for value in values if value]

    def sound_secret(self, name: str, value: str, shortest: int = 0) -> str:
        """The secret itself, with a complaint by name where it isn't one."""
        if PLACEHOLDER.search(value):
            self.complain(name, "it holds a placeholder. Make a secret of your own.")
        elif KNOWN_SECRET.search(value):
            self.complain(name, "its value is publicly known. Make a secret of your own.")
        elif len(value) < shortest:
            self.complain(name, f"it is shorter than {shortest} characters. Make a longer one.")
        elif shortest and len(set(value)) < 5:
            self.complain(name, "it has fewer than 5 different characters. Make a better one.")
        return value

    def postgres(self, name: str) -> dict[str, Any] | None:
        """NAME, USER, PASSWORD, HOST, PORT and OPTIONS out of a `postgres://` address.

        None where the variable isn't given or can't be used; what is wrong is said without any
        of the address, since a password may stand anywhere in a malformed one.
        """
        if not self.given(name):
            return None
        value = self.reader.str(name).strip()
        form = "It should look like postgres://USER:PASSWORD@HOST:5432/NAME."
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError:
            hint = "a '/', '#', '?' or '[' in the password is written as %2F, %23, %3F or %5B"
            self.complain(name, f"host and port can't be read ({hint}). {form}")
            return None
        if parts.scheme not in ("postgres", "postgresql"):
            self.complain(name, f"it doesn't begin with postgres:// ({form})")
            return None
        if parts.fragment or "@" in parts.path:
            hint = "a '#', '/' or '@' in the password is written as %23, %2F or %40"
            self.complain(name, f"it holds an unescaped character ({hint}). {form}")
            return None
        if not parts.path.strip("/"):
            self.complain(name, f"it names no database. {form}")
            return None
        if not parts.username:
            self.complain(name, f"it names no user. {form}")
            return None
        password = unquote(parts.password or "")
        # A guessable password is the server's affair on this machine's own socket or loopback,
        # where development servers trust everybody anyway; a placeholder is refused everywhere.
        if password and PLACEHOLDER.search(password):
            self.complain(name, "its password is a placeholder. Put your own there.")
        elif password and KNOWN_SECRET.search(password) and not is_loopback(parts.hostname or ""):
            self.complain(name, "its password is publicly known. Choose one of your own.")
        config: dict[str, Any] = self.reader.db_url_config(value)
        config.pop("ENGINE", None)
        config["PORT"] = port or ""
        # The folder of a socket, as libpq has it written: postgres://me@%2Frun%2Fpostgresql/name.
        # Its case counts, which urllib's hostname lets go of.
        host = parts.netloc.rpartition("@")[2].partition(":")[0]
        if "%" in host:
            config["HOST"] = unquote(host)
        config.setdefault("OPTIONS", {})
        return config

    def refuse_problems(self) -> None:
        """Stop the start, naming every variable that can't be used."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise ImproperlyConfigured(f"these settings can't be used:\n{lines}")


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reachable from this machine alone ('' is a socket)."""
    if host in ("", "localhost") or host.startswith("/"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_every_address(host: str) -> bool:
    """Whether listening there means listening on every address of the machine."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def read_environment() -> Environment:
    """The process's environment, with the `.env` file beneath it.

    `TASKLY_ENV_FILE` names another file than the `.env` in the checkout; a variable of the
    process always wins over the file.
    """
    path = Path(os.environ.get("TASKLY_ENV_FILE") or BASE_DIR / ".env")
    if path.is_file():
        environ.Env.read_env(path)
    return Environment(os.environ)


env = read_environment()

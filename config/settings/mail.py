"""How mail leaves: on the console, into files, or by SMTP, as one address says."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from config.settings.environment import Environment

BACKENDS = {
    "consolemail": "console",
    "filemail": "filebased",
    "smtp": "smtp",
    "smtp+tls": "smtp",
    "smtp+ssl": "smtp",
}


@dataclass(frozen=True)
class Mail:
    """Django's mail settings."""

    backend: str
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False
    folder: str | None = None


def mail_settings(env: Environment) -> Mail:
    """Read `EMAIL_URL`: consolemail://, filemail:///folder, or smtp[+tls|+ssl]://user:pass@host:port.

    A malformed address is explained without being shown, since a password stands in it.
    """
    value = env.reader.str("EMAIL_URL", "").strip() or "consolemail://"
    forms = "consolemail://, filemail:///FOLDER or smtp+tls://USER:PASSWORD@HOST:587"
    console = Mail(backend="django.core.mail.backends.console.EmailBackend")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        env.complain("EMAIL_URL", f"host and port can't be read. It should look like {forms}.")
        return console
    kind = BACKENDS.get(parts.scheme)
    needs_host = kind == "smtp"
    if kind is None or (needs_host and not parts.hostname):
        env.complain("EMAIL_URL", f"it should look like {forms}.")
        return console
    if kind == "console":
        return console
    backend = f"django.core.mail.backends.{kind}.EmailBackend"
    if kind == "filebased":
        folder = unquote(f"{parts.netloc}{parts.path}")
        if not folder.startswith("/"):
            env.complain("EMAIL_URL", "the folder of filemail:// is to be a whole path.")
        return Mail(backend=backend, folder=folder)
    password = unquote(parts.password or "")
    if password:
        env.sound_secret("EMAIL_URL", password)
    use_ssl, use_tls = parts.scheme == "smtp+ssl", parts.scheme == "smtp+tls"
    return Mail(
        backend=backend,
        host=parts.hostname or "",
        port=port or (465 if use_ssl else 587 if use_tls else 25),
        user=unquote(parts.username or ""),
        password=password,
        use_tls=use_tls,
        use_ssl=use_ssl,
    )

"""What a browser is told, and from where requests may come.

Plain HTTP is for this machine alone: wherever `HOST` isn't a loopback address, or the public
address is https, cookies are Secure. The headers are the same on every answer, errors and static
files included, since the middleware that sets them stands outermost.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config.settings.environment import Environment, is_every_address, is_loopback

YEAR_SECONDS = 365 * 24 * 60 * 60

# Everything that a page of ours loads comes from where the page came from, and no script or style
# stands inline: what someone writes into a card can't become code.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "frame-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}


@dataclass(frozen=True)
class Site:
    """Where the installation is reached, and what follows from it."""

    base_url: str
    allowed_hosts: list[str]
    proxies: int
    https: bool
    secure_cookies: bool
    hsts_seconds: int


def site_settings(env: Environment, debug: bool) -> Site:
    """Read the address to listen on, the public one, and what stands in between."""
    host = env.text("HOST", "127.0.0.1")
    port = env.whole("PORT", 8000, least=1, most=65535)
    shown_host = "localhost" if is_every_address(host) else host
    base_url = env.origin("TASKLY_BASE_URL", f"http://{in_address(shown_host)}:{port}")
    parts = urlsplit(base_url)
    public_host = in_address(parts.hostname or "localhost")
    own_hosts = ["localhost", "127.0.0.1", "[::1]"]
    known_hosts = [] if is_every_address(host) else [in_address(host)]
    allowed = env.words("ALLOWED_HOSTS")
    if "*" in allowed and not debug:
        env.complain("ALLOWED_HOSTS", "'*' would let anybody choose the host in links and mails.")
    https = parts.scheme == "https"
    return Site(
        base_url=base_url,
        allowed_hosts=list(dict.fromkeys([*own_hosts, public_host, *known_hosts, *allowed])),
        proxies=env.whole("TASKLY_PROXIES", 0, most=10),
        https=https,
        secure_cookies=https or not is_loopback(host),
        hsts_seconds=env.whole("TASKLY_HSTS_SECONDS", YEAR_SECONDS) if https else 0,
    )


def in_address(host: str) -> str:
    """A host as it stands in an address and in a Host header: IPv6 goes in brackets."""
    return f"[{host}]" if ":" in host else host

"""What no page may do in any browser test: break its policy, ask another host, open a dialog, err.

Every context that a test opens is watched from its first page on. A test that brings such a thing
about on purpose says so beforehand: `guard.forgive("net::ERR")`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext

OWN_HOSTS = {"localhost", "127.0.0.1", "[::1]", "::1"}
# What a page makes by itself, without a host.
HOSTLESS = {"about", "blob", "chrome", "chrome-error", "data", "devtools"}

MARK = "taskly-guard:"
# Told by the console, which is heard of every page, frame and worker. Dialogs are noted before
# they open, so that whoever handles them goes on doing so.
SCRIPT = f"""
(() => {{
  const tell = console.error.bind(console, "{MARK}");
  addEventListener("securitypolicyviolation", (event) => {{
    tell(`policy: ${{event.violatedDirective}} refused ${{event.blockedURI}} in `
      + `${{event.documentURI}} (${{event.sourceFile}}:${{event.lineNumber}} ${{event.sample}})`);
  }}, true);
  for (const name of ["alert", "confirm", "prompt", "print"]) {{
    const open = window[name].bind(window);
    window[name] = (...given) => {{
      tell(`dialog: ${{name}}(${{given.join(", ")}}) in ${{location.href}}`);
      return open(...given);
    }};
  }}
}})();
"""


@dataclass
class Guard:
    """What the pages of one test did that no page may do."""

    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def forgive(self, text: str) -> None:
        """Expect complaints that have this text in them."""
        self.forgiven.append(text)

    def watch(self, context: BrowserContext) -> BrowserContext:
        context.add_init_script(SCRIPT)
        context.on("console", self._heard)
        context.on("request", self._asked)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        return context

    def unforgiven(self) -> list[str]:
        return [each for each in self.complaints if not any(text in each for text in self.forgiven)]

    def _heard(self, message: Any) -> None:
        text = message.text
        if text.startswith(MARK) or "Content Security Policy" in text:
            self.complaints.append(text)

    def _asked(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in HOSTLESS and address.hostname not in OWN_HOSTS:
            self.complaints.append(f"request: {request.url[:200]}")

"""Small coloured words in lists; the colour never says more than the word."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.taskly import icon


def chip(text: str, colour: str = "", symbol: str = "") -> SafeString:
    """`text` in a pill: `colour` is one of accent, red, amber, green, blue, or quiet if none."""
    return format_html(
        '<span class="chip{}">{}{}</span>',
        f" chip-{colour}" if colour else "",
        icon(symbol) if symbol else "",
        text,
    )

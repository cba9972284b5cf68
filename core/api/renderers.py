"""JSON out: rendered by orjson, or handed through as PostgreSQL made it."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.renderers import BaseRenderer

from core.api.rendering import to_json
from core.api.versions import GZIP_SUFFIX

COMPRESS_FROM = 4096
COMPRESS_LEVEL = 1


class RawJSON:
    """JSON that is already bytes, as the `data` of a Response: it goes out without being parsed.

    The board's snapshot is built by PostgreSQL; reading 700 KB of it into Python objects, to write
    them out again, would take longer than the query.
    """

    __slots__ = ("body",)

    def __init__(self, body: bytes | memoryview | str) -> None:
        self.body = body.encode() if isinstance(body, str) else bytes(body)


class JSONRenderer(BaseRenderer):
    """`application/json`."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "text"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        if isinstance(data, RawJSON):
            return data.body
        return to_json(data)


def accepts_gzip(header: str) -> bool:
    """Whether Accept-Encoding names gzip, and not in order to forbid it."""
    for part in header.lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            quality = weight.replace(" ", "").removeprefix("q=")
            return quality.rstrip("0") not in (".", "0.", "") if quality else True
    return False


def compress(response: HttpResponse, accept_encoding: str) -> None:
    """gzip a large JSON answer where the caller takes it: 700 KB become 70 for 2.5 ms.

    Only for answers to GET, none of which shows a credential, and never for pages, which hold a
    CSRF token: compression tells an eavesdropper by its length how much of a guess was right.
    """
    if len(response.content) < COMPRESS_FROM or response.has_header("Content-Encoding"):
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    if not accepts_gzip(accept_encoding):
        return
    response.content = gzip.compress(response.content, compresslevel=COMPRESS_LEVEL, mtime=0)
    response["Content-Encoding"] = "gzip"
    tag = response.get("ETag")
    if tag and tag.endswith('"') and not tag.startswith("W/"):
        # Other bytes need another strong tag; the versions module reads both.
        response["ETag"] = f'{tag[:-1]}{GZIP_SUFFIX}"'

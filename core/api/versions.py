"""Which version of a resource a client has in mind: ETag, If-Match, If-None-Match.

A resource's tag is `"<id>.<version>"`: strong, since the version is raised by the database for
every change that an answer would show, and bound to the id, so that a tag of one card can't be
taken for another's. An answer that goes out compressed has `-gzip` in its tag, because its bytes
are others; both forms are understood on the way in.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

ANY = "*"
GZIP_SUFFIX = "-gzip"

# RFC 9110, 8.8.3: etagc is any visible character but the quote, and obs-text.
_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')


def entity_tag(identifier: object, version: object) -> str:
    """The ETag header of one version of one thing."""
    return f'"{identifier}.{version}"'


def parse_tags(header: str, name: str) -> list[tuple[bool, str]] | None:
    """A header's tags as (weak, opaque part); None for `*`; malformed is a 400 by its name."""
    if header.strip() == ANY:
        return None
    tags: list[tuple[bool, str]] = []
    place = 0
    while place < len(header):
        match = _TAG.match(header, place)
        if match is None:
            break
        tags.append((match.group(1) is not None, match.group(2).removesuffix(GZIP_SUFFIX)))
        place = match.end()
    if not tags or place < len(header):
        raise ValidationError({name: [_("This has to be * or a list of quoted entity tags.")]})
    return tags


def matches_none(header: str | None, tag: str) -> bool:
    """Whether If-None-Match finds the client's copy current (so that 304 is the answer).

    The comparison is the weak one, as RFC 9110 has it for this header.
    """
    if header is None:
        return False
    tags = parse_tags(header, "If-None-Match")
    if tags is None:
        return True
    present = tag.removeprefix("W/").strip('"').removesuffix(GZIP_SUFFIX)
    return any(opaque == present for _weak, opaque in tags)


def wanted_versions(header: str | None, identifier: object) -> set[int] | None:
    """The versions of this thing that If-Match allows; None where it allows any.

    Weak tags never match, nor do those of other things: a header that has only such leaves an
    empty set, which no version is in.
    """
    if header is None:
        return None
    tags = parse_tags(header, "If-Match")
    if tags is None:
        return None
    versions = set()
    for weak, opaque in tags:
        owner, _dot, version = opaque.rpartition(".")
        if not weak and owner == str(identifier) and version.isascii() and version.isdigit():
            versions.add(int(version[:18]))
    return versions


def tag_of(instance: Any) -> str | None:
    """The tag of a row, a model's or one read as a dict; None for what has no version."""
    if isinstance(instance, dict):
        version = instance.get("revision", instance.get("version"))
        if version is None or instance.get("id") is None:
            return None
        return entity_tag(instance["id"], version)
    version = getattr(instance, "row_version", None)
    return entity_tag(instance.pk, version) if isinstance(version, int) else None

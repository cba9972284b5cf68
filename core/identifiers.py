"""Time-ordered identifiers."""

import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits.

    Rows made one after another land beside each other in the primary key's index, and the
    application knows a row's id before the database has seen it.
    """
    return uuid7_of(time.time_ns() // 1_000_000, secrets.randbits(80))


def uuid7_of(milliseconds: int, bits: int) -> uuid.UUID:
    """The UUID of a moment and of 80 bits, of which the version and variant take six.

    For rows whose id follows from what they are: what was imported once is known again by it.
    """
    value = (milliseconds << 80) | bits
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)

"""Time-ordered identifiers."""

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_latest = 0


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562) that sorts behind every earlier one of this process.

    48 bits of milliseconds, 12 bits that part the millisecond into 4,096, then 62 random bits.
    Rows made one after another land beside each other in the primary key's index and keep their
    order when they are read by it, and the application knows a row's id before the database has
    seen it. Where the clock stands still or was set back, the part of a millisecond counts on.
    """
    global _latest
    with _lock:
        _latest = tick = max((time.time_ns() << 12) // 1_000_000, _latest + 1)
    return uuid7_of(tick >> 12, (tick & 0xFFF) << 64 | secrets.randbits(64))


def uuid7_of(milliseconds: int, bits: int) -> uuid.UUID:
    """The UUID of a moment and of 80 bits, of which the version and variant take six.

    For rows whose id follows from what they are: what was imported once is known again by it.
    """
    value = (milliseconds << 80) | bits
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)

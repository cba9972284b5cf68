"""How many requests a minute a caller may make, counted once for all worker processes.

The counters lie in a small file that every process of this machine maps into its memory: 32,768
slots of 24 bytes, found by a keyed hash of the caller, eight to a bucket. A request costs a lock
and a write: 10 µs, against 140 µs for an upsert into an unlogged table, which would also leave a
row version each time, take a connection from the pool, serialise all requests of one person on a
row lock, and refuse everybody while the database is away. Counters within one process
would double the limit with each worker. Where several machines serve one installation each has
its own file, so the limit holds per machine.

The count is a sliding one: this minute's requests, and the share of the last minute's that still
lies within sixty seconds. Refused requests aren't counted, so a client that waits for as long as
`Retry-After` says gets through.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import math
import mmap
import os
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

WINDOW = 60
_SLOT = struct.Struct("=8sQII")
_BUCKET_SLOTS = 8
_BUCKETS = 4096
_BUCKET_BYTES = _SLOT.size * _BUCKET_SLOTS
_FILE_BYTES = _BUCKET_BYTES * _BUCKETS


@dataclass(frozen=True)
class Allowance:
    """What is left to a caller: `limit` a minute, `remaining` of them, all back in `reset` s."""

    policy: str
    limit: int
    remaining: int
    reset: int
    wait: int
    """Seconds until the next request would be let in; 0 where this one was."""

    def headers(self) -> dict[str, str]:
        """The fields of the IETF's draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={self.reset}',
        }


class Counters:
    """The counters in a mapped file, shared between the processes that name the same path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.Lock()
        self._pid = 0
        self._descriptor = -1
        self._memory: mmap.mmap | None = None

    def _open(self) -> mmap.mmap:
        """Map the file; again after a fork, since a lock belongs to the process that took it."""
        if self._memory is None or self._pid != os.getpid():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self.path, flags, 0o600)
            if os.fstat(descriptor).st_uid != os.geteuid():
                os.close(descriptor)
                raise PermissionError(f"{self.path} belongs to somebody else")
            if os.fstat(descriptor).st_size < _FILE_BYTES:
                os.ftruncate(descriptor, _FILE_BYTES)
            self._memory = mmap.mmap(descriptor, _FILE_BYTES)
            self._descriptor = descriptor
            self._pid = os.getpid()
        return self._memory

    @contextmanager
    def _bucket(self, number: int) -> Iterator[mmap.mmap]:
        # POSIX locks hold between processes, the thread's lock between this one's threads.
        with self._guard:
            memory = self._open()
            offset = number * _BUCKET_BYTES
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX, _BUCKET_BYTES, offset)
            try:
                yield memory
            finally:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN, _BUCKET_BYTES, offset)

    def take(self, policy: str, caller: str, limit: int, now: float | None = None) -> Allowance:
        """Count one request of `caller`, unless it is one too many."""
        moment = time.time() if now is None else now
        window, elapsed = int(moment // WINDOW), moment % WINDOW
        digest = hashlib.blake2b(
            f"{policy}:{caller}".encode(), digest_size=12, key=_hash_key(settings.SECRET_KEY)
        ).digest()
        name, number = digest[:8], int.from_bytes(digest[8:], "big") % _BUCKETS
        with self._bucket(number) as memory:
            offset, present, last = self._find(memory, number, name, window)
            carried = last * (1 - elapsed / WINDOW)
            allowed = carried + present + 1 <= limit
            if allowed:
                present += 1
                _SLOT.pack_into(memory, offset, name, window, present, last)
        remaining = max(0, math.floor(limit - carried - present))
        reset = math.ceil(WINDOW - elapsed if present == 0 else 2 * WINDOW - elapsed)
        wait = 0 if allowed else _wait(limit, present, last, elapsed)
        return Allowance(policy, limit, remaining, reset, wait)

    @staticmethod
    def _find(memory: mmap.mmap, number: int, name: bytes, window: int) -> tuple[int, int, int]:
        """The caller's slot with its counts as of `window`; else the one left alone for longest."""
        start = number * _BUCKET_BYTES
        oldest, oldest_window = start, None
        for offset in range(start, start + _BUCKET_BYTES, _SLOT.size):
            owner, seen, present, last = _SLOT.unpack_from(memory, offset)
            if owner == name:
                if seen == window:
                    return offset, present, last
                return offset, 0, present if seen == window - 1 else 0
            if oldest_window is None or seen < oldest_window:
                oldest, oldest_window = offset, seen
        return oldest, 0, 0


def _wait(limit: int, present: int, last: int, elapsed: float) -> int:
    """Seconds until one more request fits into the sliding minute."""
    if present < limit and last:
        # Enough of the last minute has to slide out of view.
        until = WINDOW * (1 - (limit - present - 1) / last)
        return max(1, math.ceil(until - elapsed))
    until_next = WINDOW - elapsed
    share = WINDOW * (1 - (limit - 1) / present) if present else 0.0
    return max(1, math.ceil(until_next + share))


@cache
def _hash_key(secret: str) -> bytes:
    """Callers' addresses are personal data: the file holds only hashes keyed by the secret."""
    return hashlib.blake2b(secret.encode(), digest_size=32).digest()


@cache
def default_path() -> Path:
    """A file of this user and this checkout, in the folder for what needs not outlive a boot."""
    place = hashlib.blake2b(str(settings.BASE_DIR).encode(), digest_size=6).hexdigest()
    return Path(tempfile.gettempdir()) / f"taskly-{os.getuid()}-{place}" / "requests"


_counters: Counters | None = None


def counters() -> Counters:
    """This process's view of the shared counters."""
    global _counters
    path = Path(settings.TASKLY_RATE_FILE) if settings.TASKLY_RATE_FILE else default_path()
    if _counters is None or _counters.path != path:
        _counters = Counters(path)
    return _counters


def client_address(request: HttpRequest) -> str:
    """Whose address it is, as far as it can be known; an IPv6 network counts as one client.

    `X-Forwarded-For` can be sent by anybody. Each of our own proxies adds the address it was
    called from at the end, so with N of them the N-th from the end is the client; without any the
    header means nothing.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.TASKLY_PROXIES
    if proxies:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        chain = [part.strip() for part in forwarded if part.strip()]
        if len(chain) >= proxies:
            address = chain[-proxies]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        # A household is given 2**64 addresses: counted singly, they would be no limit at all.
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)


def take_allowance(request: Request, user: Any) -> Allowance | None:
    """Count this request; raises Throttled (429) where it is one too many, None without a limit."""
    if user is not None and user.is_authenticated:
        policy, caller, limit = "user", str(user.pk), settings.TASKLY_RATE_USER
    else:
        policy, limit = "address", settings.TASKLY_RATE_ANONYMOUS
        caller = client_address(request._request)
    if limit <= 0:
        return None
    return counters().take(policy, caller, limit)


class TooMany(Throttled):
    """429, with the allowance for the headers."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        super().__init__(wait=allowance.wait)

"""What comes from outside is taken in once, however often and however simultaneously it is sent.

A sender that saw no answer sends again, and so does one whose clock ran out: the same message comes
twice, or twice at once. Looking whether it was here before and then working lets both through;
what decides is a row that only one transaction can insert, in the transaction that does the work.
"""

from __future__ import annotations

import hashlib
import json
import re

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.transaction import TransactionManagementError

MAX_LENGTH = 100
_SOURCE = re.compile(r"[a-z_]{1,25}")
_PLAIN = re.compile(r"[0-9A-Za-z._-]+")


def message_id(source: str, *unique: object) -> str:
    """The id of a message that `unique` tells apart from all others of `source`.

    The first part is the tenant's own (a project, a repository), so that what one tenant sends can
    never be taken for another's. Parts that fit stay readable; others are hashed, in a form that no
    readable one has.
    """
    if not _SOURCE.fullmatch(source):
        raise ValueError(f"a source is a short word, not {source!r}")
    if not unique:
        raise ValueError("a message is told apart by something")
    parts = [str(part) for part in unique]
    plain = ":".join((source, *parts))
    if len(plain) <= MAX_LENGTH and all(_PLAIN.fullmatch(part) for part in parts):
        return plain
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return f"{source}:sha256={digest}"


def taken_in(source: str, *unique: object, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether this message was taken in before; if not, it is from now on.

    Called first in the transaction that does the work. A second one at the same moment waits here
    until the first has ended: committed, it is told "already"; rolled back, the message is its own
    to take in, so that what failed can be delivered again.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise TransactionManagementError("a message is taken in by the transaction that does it")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO processed_messages (message_id) VALUES (%s) ON CONFLICT DO NOTHING",
            [message_id(source, *unique)],
        )
        return bool(cursor.rowcount == 0)

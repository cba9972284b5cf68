"""Guessing passwords is slow: failures are counted for the account and for the address.

Three counts, shared by all processes in one technical table: of the address (whoever it tries),
of the account (wherever from), and of the two together. An attempt is counted before the password
is looked at, so that a hundred at once are a hundred, and the counts of account and pair go back
to nothing when one succeeds. Nobody is locked out for ever: the wait ends after a quarter of an
hour at most, waiting attempts aren't counted, and somebody who has signed in from an address
before isn't kept waiting there for what others do to the account elsewhere.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.exceptions import RuleViolation
from workspaces.models import SignInAttempts, User
from workspaces.services.secrets import secret_hash

FREE_OF_PAIR = 5
FREE_OF_ACCOUNT = 10
FREE_OF_ADDRESS = 30
FIRST_WAIT = datetime.timedelta(seconds=1)
LONGEST_WAIT = datetime.timedelta(minutes=15)
FORGOTTEN_AFTER = datetime.timedelta(hours=24)
TRUSTED_FOR = datetime.timedelta(days=90)
FREE_RESET_MAILS = 3
PURGE_AT_MOST = 20

_COUNT = """
INSERT INTO sign_in_attempts AS kept (key, failures, last_failed_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN kept.last_failed_at < %s THEN 1 ELSE least(kept.failures, 9999) + 1 END,
    last_failed_at = excluded.last_failed_at
"""


class TooManyAttempts(RuleViolation):
    """Somebody is guessing, or has forgotten: wait, then try again."""

    status = 429
    code = "too_many_attempts"
    message = _("There were too many failed attempts. Wait a little, and try again.")

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(retry_after=wait)


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in that has been counted as failed until it succeeds."""

    account_key: str
    pair_key: str
    address_key: str


def attempt_begin(*, identifier: str, address: str, at: datetime.datetime) -> Attempt:
    """Count an attempt, or refuse it with how long to wait.

    `identifier` is what was typed, whether or not an account has that name: the answers don't
    tell. What is counted is a keyed hash of it.
    """
    name = identifier.strip().lower()
    account_key = secret_hash("attempts", f"account {name}")
    pair_key = secret_hash("attempts", f"pair {address} {name}")
    address_key = secret_hash("attempts", f"address {address}")
    kept = SignInAttempts.objects.in_bulk([account_key, pair_key, address_key])
    pair = kept.get(pair_key)
    trusted = pair is not None and (
        pair.succeeded_at is not None and pair.succeeded_at > at - TRUSTED_FOR
    )
    waits = [
        _wait(pair, FREE_OF_PAIR, at),
        _wait(kept.get(address_key), FREE_OF_ADDRESS, at),
        0 if trusted else _wait(kept.get(account_key), FREE_OF_ACCOUNT, at),
    ]
    if max(waits):
        raise TooManyAttempts(max(waits))
    with connection.cursor() as cursor:
        # In one order of keys, so that two attempts at once don't wait for each other in a circle.
        for key in sorted((account_key, pair_key, address_key)):
            cursor.execute(_COUNT, [key, at, at - FORGOTTEN_AFTER])
    _purge(at)
    return Attempt(account_key, pair_key, address_key)


def attempt_succeeded(*, attempt: Attempt, at: datetime.datetime) -> None:
    """Forget the failures of the account and of the pair; remember that this pair is good.

    The address only gets this attempt back: an account of one's own must not buy more guesses at
    others'.
    """
    kept = SignInAttempts.objects
    kept.filter(key=attempt.account_key).update(failures=0)
    kept.filter(key=attempt.pair_key).update(failures=0, succeeded_at=at)
    kept.filter(key=attempt.address_key, failures__gt=0).update(failures=F("failures") - 1)


def reset_mail_allowed(*, user: User, at: datetime.datetime) -> bool:
    """Whether one more mail may go to this person: three a day, then with growing pauses."""
    key = secret_hash("attempts", f"reset {user.pk}")
    if _wait(SignInAttempts.objects.filter(key=key).first(), FREE_RESET_MAILS, at):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, at, at - FORGOTTEN_AFTER])
    return True


def _wait(kept: SignInAttempts | None, free: int, at: datetime.datetime) -> int:
    """Seconds to wait: none for the first failures, then 1, 2, 4 … up to a quarter of an hour."""
    if kept is None or kept.failures < free or kept.last_failed_at is None:
        return 0
    if kept.last_failed_at < at - FORGOTTEN_AFTER:
        return 0
    pause = min(FIRST_WAIT * 2 ** min(kept.failures - free, 20), LONGEST_WAIT)
    left: datetime.timedelta = pause - (at - kept.last_failed_at)
    return max(0, math.ceil(left.total_seconds()))


def _purge(at: datetime.datetime) -> None:
    """Drop a few rows that say nothing any more: each attempt clears more than it adds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sign_in_attempts WHERE key IN (SELECT key FROM sign_in_attempts"
            " WHERE last_failed_at < %s AND (succeeded_at IS NULL OR succeeded_at < %s)"
            " ORDER BY last_failed_at LIMIT %s FOR UPDATE SKIP LOCKED)",
            [at - FORGOTTEN_AFTER, at - TRUSTED_FOR, PURGE_AT_MOST],
        )

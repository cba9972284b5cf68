"""`manage.py rotate_keys`: every secret under the newest encryption key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.progress import Progress
from core.rotation import secrets_count, secrets_reencrypt

STOPPED = 130


class Command(BaseCommand):
    """Re-encrypts what is kept encrypted with the newest key, while Taskly goes on serving.

    Put the new key in front of the ring and restart every server first; afterwards the older keys
    can be taken away. Run it as often as you like: what is done already is left alone.
    """

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(self.stderr, secrets_count(), "secrets")
        unreadable = held = 0
        try:
            for done in secrets_reencrypt(on_progress=progress.reach):
                progress.end()
                self.stdout.write(
                    f"{done.column}: {done.changed:,} re-encrypted, "
                    f"{done.current:,} had the newest key already."
                )
                for key in done.unreadable:
                    self.stderr.write(f"{done.column} of {key}: no key of the ring decrypts it.")
                if done.held:
                    self.stderr.write(f"{done.column}: {done.held:,} are held by other writers.")
                unreadable += len(done.unreadable)
                held += done.held
        except KeyboardInterrupt as error:
            progress.end()
            raise CommandError(
                "Stopped. What was re-encrypted stays so; run it again for the rest.",
                returncode=STOPPED,
            ) from error
        if unreadable:
            raise CommandError(
                f"{unreadable:,} secrets can't be read. Put the key back that they were encrypted "
                "with and run this again, or let them be entered again."
            )
        if held:
            raise CommandError(f"{held:,} secrets were busy all the time. Run this again.")
        self.stdout.write("Every secret has the newest key: older ones can be taken away.")

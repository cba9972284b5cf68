"""Several things at the same moment: real threads, each with a connection of its own."""

import threading
import time

from django.db import connection


class Together:
    """Runs calls in threads that begin at one barrier; keeps what each returned or raised."""

    def __init__(self, *calls):
        self.outcomes = [None] * len(calls)
        self._barrier = threading.Barrier(len(calls))
        self._threads = [
            threading.Thread(target=self._run, args=(number, call), daemon=True)
            for number, call in enumerate(calls)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, number, call):
        try:
            self._barrier.wait(timeout=120)
            self.outcomes[number] = call()
        except Exception as error:
            self.outcomes[number] = error
        finally:
            connection.close()

    def wait(self):
        """What each call returned, or the exception that it raised, in the order of the calls."""
        for thread in self._threads:
            thread.join(timeout=120)
            assert not thread.is_alive(), "a thread did not come to its end"
        return self.outcomes


def together(*calls):
    """Run the calls at once; what each returned or raised."""
    return Together(*calls).wait()


def wait_until_waiting(how_many):
    """Until so many other sessions of this database wait for a lock."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # Who is connected is remembered for the whole transaction otherwise.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= how_many:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits for a lock")

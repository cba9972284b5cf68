"""`python -m config.embedded ORDER`: the supervisor, which goes into the background.

In a session of its own, so that a Ctrl-C meant for somebody else doesn't reach the database.
"""

import json
import logging
import os
import sys

from config.embedded.layout import Order
from config.embedded.supervisor import Supervisor


def main(order: Order) -> int:
    """Claim the home, then leave whoever started us, who waits for the claim alone."""
    logging.basicConfig(format="%(asctime)s [%(process)d] supervisor: %(message)s")
    supervisor = Supervisor(order)
    if not supervisor.claim():
        return 1
    if os.fork():
        # Without the clean-up, which belongs to the one that goes on.
        os._exit(0)
    os.setsid()
    os.chdir("/")
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main(Order(**json.loads(sys.argv[1]))))

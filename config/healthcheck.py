"""`python -m config.healthcheck`: asks the server in this container whether it is ready.

Exits with 0 or 1, as a container's health check does; images have no curl.
"""

import http
import http.client
import os
import sys

TIMEOUT_SECONDS = 8


def main() -> int:
    """Print what the server says, and tell by the exit code whether it is in order."""
    port = int(os.environ.get("PORT", "8000"))
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        server.request("GET", "/health/ready/")
        answer = server.getresponse()
        sys.stdout.write(answer.read().decode(errors="replace") + "\n")
    except (OSError, http.client.HTTPException) as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())

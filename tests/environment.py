"""What the processes that tests start inherit of the environment."""

import os


def inherited() -> dict[str, str]:
    """Where programs are, and where coverage of subprocesses is written, if it is measured."""
    return {
        name: value
        for name, value in os.environ.items()
        if name == "PATH" or name.startswith("COVERAGE")
    }

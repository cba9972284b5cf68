"""`manage.py dbshell`: psql, for the embedded server the one that comes with it."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import client

from config import embedded
from config.database import programs
from config.embedded import binaries


class DatabaseClient(client.DatabaseClient):
    """psql on Taskly's database, and where PostgreSQL's other programs are."""

    find_program = staticmethod(programs.find)

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """The command line; it is where the embedded server is joined, so that it is there."""
        home = settings_dict.get("EMBEDDED_HOME")
        if not home:
            args, env = super().settings_to_cmd_args_env(settings_dict, parameters)
            return args, env
        server = embedded.ensure(Path(home))
        here = {"HOST": os.fspath(server.socket_dir), "PORT": server.port}
        args, env = super().settings_to_cmd_args_env({**settings_dict, **here}, parameters)
        return [os.fspath(binaries.find() / "psql"), *args[1:]], env

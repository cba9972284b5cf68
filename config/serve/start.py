"""The start in its order: address, static files, database, exposure, server."""

import errno
import os
import socket
import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured

from config.serve import exposure, preparation, web
from config.serve.preparation import say
from config.settings.environment import BASE_DIR, env
from config.settings.security import in_address

MOST_PORT = 65_535
DEMO_PERSON, DEMO_PASSWORD = "alice", "taskly-demo"


def start(*, reloading: bool, parent: int | None) -> None:
    """Prepare everything and serve until told to stop."""
    host = env.text("HOST", "127.0.0.1")
    port = env.whole("PORT", 8000, least=1, most=MOST_PORT)
    demo = env.flag("TASKLY_DEMO", default=True)
    env.refuse_problems()
    refuse_taken_address(host, port)
    if preparation.is_collecting_needed():
        os.execv(sys.executable, [sys.executable, "-m", "config.serve", *sys.argv[1:]])
    preparation.prepare(demo=demo)
    exposure.refuse_known_passwords(host)
    welcome = greeting()
    if reloading:
        say(welcome)
        command = [os.fspath(BASE_DIR / "manage.py"), "runserver", f"{in_address(host)}:{port}"]
        os.execv(sys.executable, [sys.executable, *command])
    web.serve(host, port, parent, lambda: say(welcome))


def refuse_taken_address(host: str, port: int) -> None:
    """Say at once, and not after a minute of preparing, that nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        match error.errno:
            case errno.EADDRINUSE:
                advice = (
                    "Stop what listens there (is Taskly running already?), or choose another "
                    f"port: PORT={port + 1 if port < MOST_PORT else port - 1} make run"
                )
            case errno.EACCES:
                advice = "Choose a port that this user may open: PORT=8000 make run"
            case _:
                advice = (
                    f"Let HOST be an address of this machine: HOST=127.0.0.1 PORT={port} make run"
                )
        raise ImproperlyConfigured(f"it can't listen on {host}:{port} ({why}). {advice}") from error


def greeting() -> str:
    """Where it runs, where the data lies, how to sign in."""
    data = str(settings.TASKLY_HOME)
    if not settings.EMBEDDED:
        database = settings.DATABASES["default"]
        data = f"database {database['NAME']} on {database['HOST'] or 'this machine'}"
    return (
        f"\nTaskly runs at {settings.TASKLY_BASE_URL}/\n"
        f"    sign in    {settings.TASKLY_BASE_URL}/admin/{how_to_sign_in()}\n"
        f"    data       {data}\n"
        f"    stop       Ctrl-C\n"
    )


def how_to_sign_in() -> str:
    """The demo's account, as long as its password works."""
    person = get_user_model().objects.filter(username=DEMO_PERSON, is_active=True).first()
    if person is not None and person.check_password(DEMO_PASSWORD):
        return f" as {DEMO_PERSON} with the password {DEMO_PASSWORD}"
    return ""

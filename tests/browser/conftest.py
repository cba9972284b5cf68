"""A real browser for the tests: the system's Chromium or Chrome, or else Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.guard import Guard
from tests.browser.patience import PATIENCE

# pytest-playwright runs an event loop in this thread, and Django would refuse its ORM there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

expect.set_options(timeout=PATIENCE)

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI a test of ours has a second attempt: a browser on a busy machine is no clockwork.

    The summary names each that needed it. On a developer's machine the first failure counts.
    """
    if os.environ.get("CI"):
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.flaky(reruns=1))


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def _system_browser() -> str | None:
    given = os.environ.get("TASKLY_TEST_BROWSER")
    return given or next(filter(None, map(shutil.which, NAMES)), None)


def _own_browser() -> str | None:
    """Playwright's Chromium, downloaded if it must be and can be."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, capture_output=True, timeout=300)
    return path if Path(path).exists() else None


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """How to start the browser. Without one these tests are left out, but never in CI."""
    path = _system_browser() or _own_browser()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("The browser tests need Chromium, and CI has none.")
        warnings.warn("NO BROWSER WAS FOUND: THE BROWSER TESTS WERE LEFT OUT.", stacklevel=1)
        pytest.skip("no browser was found")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    # A day in the browser is a day on the server, wherever the tests run.
    env = {**os.environ, "TZ": "UTC"}
    return {**browser_type_launch_args, "executable_path": path, "args": sandbox, "env": env}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """In UTC, wherever the machine stands: pages follow the zone of their browser."""
    return {**browser_context_args, "timezone_id": "UTC"}


@pytest.fixture
def sign_in(live_server, context):
    """`sign_in(person)`: the browser's pages are theirs from here on."""

    def signed_in(person) -> None:
        client = Client()
        client.force_login(get_user_model().objects.get(pk=person.pk))
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])

    return signed_in


@pytest.fixture(autouse=True)
def guard(monkeypatch):
    """Fail the test whose pages break their policy, ask another host, open a dialog or err."""
    guard = Guard()
    for name in ("new_context", "new_page"):
        monkeypatch.setattr(Browser, name, _watched(getattr(Browser, name), guard))
    yield guard
    assert guard.unforgiven() == []


def _watched(open_one, guard):
    """`Browser.new_context` or `new_page`, watched."""

    def opened(browser, *args, **kwargs):
        made = open_one(browser, *args, **kwargs)
        guard.watch(getattr(made, "context", made))
        return made

    return opened

"""The web pages as a test meets them: signed in, reading a form, sending it back."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import EventLog


def web(person: Any) -> Client:
    """A browser in which `person` is signed in; None is nobody."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def plain_board(board_id: Any) -> str:
    """The address of a board as the server draws it, for browsers without script."""
    return f"{page('boards_board_board', board_id)}?plain=1"


def page(name: str, *args: Any) -> str:
    """The address of one of the admin's pages: `page("cards_card_change", card.pk)`."""
    return reverse(f"admin:{name}", args=args)


def filled(response: Any, **changes: Any) -> dict[str, Any]:
    """What the page's form would send if a person changed `changes` and pressed Save."""
    data: dict[str, Any] = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False:
                continue
            if isinstance(value, (list, tuple)):
                data[bound.html_name] = [str(each) for each in value]
            elif value is True:
                data[bound.html_name] = "on"
            else:
                data[bound.html_name] = bound.field.widget.format_value(value) or ""
    data.update(changes)
    return {name: value for name, value in data.items() if value is not None}


def errors(response: Any) -> dict[str, list[str]]:
    """The errors of the form that a page shows again."""
    assert response.status_code == 200, response
    return {name: list(texts) for name, texts in response.context["adminform"].form.errors.items()}


def said(response: Any) -> list[str]:
    """The messages that the answer left for the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def newest() -> EventLog:
    """The newest entry of the log."""
    entry = EventLog.objects.order_by("-id").first()
    assert entry is not None
    return entry


def queries_of(browser: Client, address: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)

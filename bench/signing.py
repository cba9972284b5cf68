"""A session for the browser that measures."""

from __future__ import annotations

from django.db import connection
from django.test import Client

from workspaces.models import User


def session_of(user_id: str) -> str:
    """The cookie's value of a browser in which this person has signed in."""
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    connection.close()
    return client.cookies["sessionid"].value

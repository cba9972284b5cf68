"""The pages of errors outside the API: in Taskly's own look, with a way on, asking nobody."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from config import urls
from core.templatetags.taskly import SPRITE
from tests.web import web

PAGES = ["400", "403", "403_csrf", "404", "500", "503"]


def missing(request):
    raise Http404("no such thing: secret-detail")


def forbidden(request):
    raise PermissionDenied("secret-detail")


def broken(request):
    raise RuntimeError("secret-detail")


class Failing:
    """The addresses of the installation, and some that fail."""

    handler400, handler403, handler404, handler500 = (
        urls.handler400, urls.handler403, urls.handler404, urls.handler500,
    )  # fmt: skip
    urlpatterns = [
        path("missing/", missing),
        path("forbidden/", forbidden),
        path("broken/", broken),
        *urls.urlpatterns,
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_alone_in_the_look_of_all(name):
    # Without a database: a test that isn't marked for one may not ask it.
    text = render_to_string(f"{name}.html", {"request_id": "0123456789"})
    assert "/taskly/admin.css" in text
    assert 'class="gate-page"' in text
    assert text.count("<h1>") == 1
    assert "<style" not in text
    assert " style=" not in text
    assert "http-equiv" not in text
    assert SPRITE not in text
    assert 'class="button default"' in text


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=Failing)
@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/missing/", 404, "There is nothing here"),
        ("/nowhere/", 404, "There is nothing here"),
        ("/forbidden/", 403, "You may not do this"),
        ("/broken/", 500, "Something went wrong on our side"),
        ("/missing/?a=%00", 400, "This address was not understood"),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_errors_outside_the_api_are_pages(address, status, says, signed_in, member, workspace):
    client = web(member) if signed_in else Client()
    client.raise_request_exception = False
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    text = response.content.decode()
    assert response.status_code == status
    assert says in text
    assert "secret-detail" not in text
    assert 'href="/admin/"' in text
    assert "text/html" in response["Content-Type"]
    assert "default-src" in response["Content-Security-Policy"]
    # Neither the person nor their session is asked for.
    assert len(queries) == 0


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=Failing)
def test_a_failure_names_its_place_in_the_log():
    client = Client(raise_request_exception=False)
    response = client.get("/broken/", headers={"X-Request-ID": "my-request-0001"})
    assert "<code>my-request-0001</code>" in response.content.decode()
    assert response["X-Request-ID"] == "my-request-0001"


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert response.status_code == 403
    assert "This form is out of date" in response.content.decode()


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=Failing)
@pytest.mark.parametrize("address", ["/api/v1/nowhere/", "/api/nowhere/"])
def test_the_api_keeps_its_problem_documents(address):
    response = Client().get(address)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"

"""Alive, and in order: what a supervisor is told, and what everybody's browser is."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from core import health
from core.security import SecurityHeadersMiddleware

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def test_live_asks_nobody(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/health/live/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response.headers["Cache-Control"]


def test_ready_asks_one_question(client: Client, django_assert_num_queries) -> None:
    client.get("/health/ready/")
    with django_assert_num_queries(1):
        response = client.get("/health/ready/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "migrations": "ok"}


def test_ready_names_migrations_that_are_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get("/health/ready/")
    assert response.status_code == 503
    assert response.json()["migrations"] == "1 to apply"
    assert response.json()["database"] == "ok"
    assert response.headers["Retry-After"] == "5"


def test_ready_is_fine_with_a_schema_newer_than_the_code(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cards', '9999_x', now())"
        )
    assert client.get("/health/ready/").status_code == 200


def test_every_migration_of_the_code_is_known() -> None:
    assert ("core", "0001_initial") in health.known_migrations()


def test_ready_names_a_table_of_migrations_that_is_not_there(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = pg_catalog")
    response = client.get("/health/ready/")
    assert response.status_code == 503
    assert response.json()["migrations"] == "not applied"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/health/live/").status_code == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/health/live/", 200),
        ("/admin/login/", 200),
        ("/nowhere/", 404),
        ("/api/nowhere/", 404),
        ("/static/admin/css/base.css", 200),
        ("/static/nothing.css", 404),
    ],
)
def test_every_answer_has_the_security_headers(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert set(response.headers["Content-Security-Policy"].split("; ")) == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_only_what_django_explains_to_developers_goes_without_a_policy(
    rf, settings, status
) -> None:
    settings.DEBUG = True
    answer = SecurityHeadersMiddleware(lambda request: HttpResponse(status=status))(rf.get("/"))
    assert ("Content-Security-Policy" in answer.headers) is (status in (200, 403))
    assert "Permissions-Policy" in answer.headers


def test_a_refused_host_gets_the_headers_as_well(client: Client) -> None:
    response = client.get("/health/live/", headers={"host": "evil.example.com"})
    assert response.status_code == 400
    assert "Content-Security-Policy" in response.headers


def test_https_is_remembered_and_demanded_behind_a_proxy(client: Client, settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # The middleware reads its settings when it is made.
    fresh = Client()
    assert fresh.get("/admin/login/").status_code == 301
    assert fresh.get("/health/live/").status_code == 200
    response = fresh.get("/admin/login/", headers={"x-forwarded-proto": "https"})
    assert response.status_code == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"

"""The browsable pages and the documentation: whole, escaped, and nothing inline."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories import BoardFactory, CardFactory

HTML = {"Accept": "text/html"}
INLINE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:|href=\"//|src=\"https?:",
    re.IGNORECASE,
)


@pytest.fixture
def site(member, workspace):
    client = Client()
    client.force_login(member)
    return client


def pages(board):
    return [
        ("/api/v1/", 200),
        ("/api/v1/boards/", 200),
        (f"/api/v1/boards/{board.pk}/", 200),
        ("/api/v1/cards/?page_size=1", 200),
        ("/api/v1/cards/raw/", 200),
        (f"/api/v1/boards/{board.pk}/secret/", 405),
        ("/api/v1/boards/?nonsense=1", 400),
        ("/api/v1/boards/019ab000-0000-7000-8000-000000000000/", 404),
        ("/api/v1/nothing/", 404),
        ("/api/docs/", 200),
    ]


def test_no_page_has_anything_inline(site, board):
    CardFactory(board=board)
    CardFactory(board=board)
    for address, status in pages(board):
        answer = site.get(address, headers=HTML)
        text = answer.content.decode()

        assert answer.status_code == status, address
        assert answer["Content-Type"].startswith("text/html"), address
        assert not INLINE.search(text), (address, INLINE.search(text))
        policy = answer["Content-Security-Policy"]
        assert "'unsafe" not in policy
        assert "default-src 'self'" in policy


def test_every_file_that_the_pages_load_is_there(site, board):
    for address in ("/api/v1/boards/", "/api/docs/"):
        text = site.get(address, headers=HTML).content.decode()
        files = re.findall(r'(?:href|src)="/static/([^"]+)"', text)
        assert files
        for name in files:
            # Collected files have a hash in their names.
            assert finders.find(re.sub(r"\.[0-9a-f]{12}\.", ".", name)), name


def test_what_people_wrote_stays_text(site, workspace):
    hostile = '"></pre><script>alert(1)</script><a href="javascript:alert(1)">&amp;'
    board = BoardFactory(workspace=workspace, name=hostile[:100])

    for address in ("/api/v1/boards/", f"/api/v1/boards/{board.pk}/"):
        text = site.get(address, headers=HTML).content.decode()
        assert "<script>alert" not in text
        assert 'href="javascript' not in text


def test_only_addresses_of_this_site_become_links(site, workspace):
    BoardFactory(workspace=workspace, name="http://testserver/api/v1/boards/")
    BoardFactory(workspace=workspace, name="http://elsewhere.example/")

    text = site.get("/api/v1/boards/", headers=HTML).content.decode()

    assert '<a href="http://testserver/api/v1/boards/">' in text
    assert 'href="http://elsewhere' not in text


def test_a_page_leads_to_the_next_one(site, board):
    CardFactory(board=board)
    CardFactory(board=board)

    text = site.get("/api/v1/cards/?page_size=1", headers=HTML).content.decode()

    assert re.search(r'rel="next" href="http://testserver/api/v1/cards/\?cursor=', text)
    assert 'rel="prev"' not in text


def test_a_page_offers_the_methods_and_an_example_body(site, board, workspace):
    text = site.get(f"/api/v1/boards/{board.pk}/", headers=HTML).content.decode()

    assert 'name="method" value="PATCH"' in text
    assert 'name="method" value="DELETE"' in text
    assert f"&quot;workspace&quot;: &quot;{workspace.pk}&quot;" in text
    assert f'data-etag="&quot;{board.pk}.1&quot;"' in text


def test_who_is_not_signed_in_is_shown_the_way(client, db):
    answer = client.get("/api/v1/boards/", headers=HTML)

    assert answer.status_code == 401
    assert "/admin/login/?next=%2Fapi%2Fv1%2Fboards%2F" in answer.content.decode()


def test_a_page_costs_no_queries_of_its_own(site, board, django_assert_num_queries):
    # Session, person, rows.
    with django_assert_num_queries(3):
        site.get("/api/v1/boards/", headers=HTML)


def test_the_way_here_names_what_answers(site, board):
    text = site.get(f"/api/v1/boards/{board.pk}/", headers=HTML).content.decode()

    way = re.search(r'<nav class="api-crumbs".*?</nav>', text, re.DOTALL)[0]
    assert "Taskly API" in way
    assert "Unknown" not in way


def test_the_documentation_starts_with_a_script_of_its_own(client, db):
    answer = client.get("/api/docs/script.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert '"url":"/api/schema/"' in answer.content.decode()


def test_the_root_leads_to_the_admin(client, db):
    answer = client.get("/")

    assert answer.status_code == 302
    assert answer["Location"] == "/admin/"

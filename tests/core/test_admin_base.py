"""The frame of the web pages: what every page has, whatever it is about."""

import json
import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.template.loader import get_template
from django.test import RequestFactory

from config.vendor import LIST, VENDOR, differing
from core.admin.base import TasklyModelAdmin
from core.admin.deletion import going_with
from core.admin.refusals import messages_of
from core.admin.site import TasklyAdminSite
from core.exceptions import Forbidden, RuleViolation
from core.history.words import entity_type, label_of_action, logged_model
from core.models import EventLog
from core.templatetags.taskly import icon, initials
from tests.factories import BoardFactory, CardFactory
from tests.web import filled, page, web
from workspaces.models import Workspace

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for folder in ("core", "workspaces", "boards", "cards")
    for path in (ROOT / folder).glob("templates/**/*.html")
)


def test_the_site_is_ours_and_so_is_every_model_admin():
    assert isinstance(
        admin.site._wrapped if hasattr(admin.site, "_wrapped") else admin.site, (TasklyAdminSite)
    )
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, TasklyModelAdmin), model


def test_every_vendored_file_is_what_the_list_says():
    assert differing(json.loads(LIST.read_text())) == []


def test_every_icon_that_is_drawn_is_in_the_sprite():
    sprite = (VENDOR / "lucide" / "sprite.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    drawn = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())
    }
    menu = {model_admin.icon for model_admin in admin.site._registry.values()}

    assert (drawn | menu) - known == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_code_or_style_in_it_or_asks_another_host(path):
    text = path.read_text()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*src=)", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


def test_stylesheets_ask_no_other_host():
    for path in (ROOT / "core" / "static" / "taskly").glob("*.css"):
        assert not re.search(r"url\(\"?(?:https?:|//|data:)", path.read_text()), path


@pytest.mark.django_db
def test_every_page_carries_the_strict_policy(member, workspace):
    for address in ("/admin/", "/admin/cards/card/", "/admin/login/"):
        policy = web(member).get(address)["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


@pytest.mark.django_db
def test_the_menu_is_in_sections_and_has_only_what_one_may_open(member, admin, workspace):
    def names(person):
        sections = web(person).get("/admin/").context["available_apps"]
        return [
            (str(section["name"]), [str(entry["name"]) for entry in section["models"]])
            for section in sections
        ]

    assert names(member) == [
        ("Work", ["Boards", "Cards", "Sprints"]),
        ("Plan", ["Projects", "Features", "Releases"]),
        ("Talk and decide", ["Channels", "Decisions", "Transcripts", "Conversations"]),
        ("Code", ["Pull requests", "Repositories"]),
        ("Team", ["Workspaces", "People", "Access tokens", "Activity log"]),
    ]
    assert ("Invitations" in dict(names(admin))["Team"]) is True


@pytest.mark.django_db
def test_djangos_own_log_stays_empty(member, card):
    browser = web(member)
    data = filled(browser.get(page("cards_card_edit", card.pk)), title="Changed")

    browser.post(page("cards_card_change", card.pk), data)
    browser.post(page("cards_card_delete", card.pk), {"post": "yes"})

    assert not LogEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/admin/cards/card/nonsense/change/",
        "/admin/cards/card/_00/change/",
        "/admin/cards/card/99999999999999999999999999/history/",
        "/admin/cards/card/nonsense/delete/",
        "/admin/core/eventlog/99999999999999999999999999/change/",
        "/admin/core/eventlog/nonsense/change/",
        "/admin/boards/board/nonsense/board/",
        "/admin/boards/board/nonsense/columns/",
        "/admin/cards/card/add/?board=nonsense",
        "/admin/cards/card/?p=99999999999999999999",
        "/admin/cards/card/?p=x",
        "/admin/cards/card/?o=99.x.-1",
        "/admin/cards/card/?board__id__exact=nonsense",
        "/admin/cards/card/?due_date__gte=nonsense",
        "/admin/cards/card/?q=" + "x" * 3000,
        "/admin/cards/card/?assignee=nonsense&category=x&state=x",
        "/admin/core/eventlog/?actor=nonsense&action=x&kind=x&source=x",
        "/admin/core/eventlog/?timestamp__gte=x",
    ],
)
def test_no_address_is_too_strange(member, board, address):
    assert web(member).get(address).status_code in (200, 302, 400)


@pytest.mark.django_db
def test_a_deletion_counts_everything_that_goes_and_only_that(workspace, other_workspace):
    for _ in range(3):
        CardFactory(board=BoardFactory(workspace=workspace))
    CardFactory(board=BoardFactory(workspace=other_workspace))

    counts = {str(name): number for name, number in going_with(Workspace, [workspace]).items()}

    assert counts == {"boards": 3, "cards": 3, "members": 3}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValidationError({"name": "No."}), {"name": ["No."]}),
        (ValidationError("No."), {NON_FIELD_ERRORS: ["No."]}),
        (RuleViolation("No.", field="name"), {"name": ["No."]}),
        (
            Forbidden(),
            {NON_FIELD_ERRORS: ["You do not have the right to do this."]},
        ),
    ],
)
def test_what_a_service_refuses_is_told_by_field(error, expected):
    assert messages_of(error) == expected


def test_what_is_no_refusal_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        messages_of(ZeroDivisionError())


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("card.moved", "Card moved"),
        ("card_assignee.created", "Assignee created"),
        ("user.password_changed", "Person password changed"),
        ("something.odd", "Something odd"),
        ("odd", "Odd"),
    ],
)
def test_actions_are_told_in_words(action, told):
    assert label_of_action(action) == told


def test_models_and_their_names_in_the_log_belong_together():
    for model in admin.site._registry:
        if model is not EventLog:
            assert logged_model(entity_type(model)) is model


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Admin", "AA"), ("bob", "BO"), ("Анна Мария Петрова", "АП"), ("", "?"), ("🎉", "🎉")],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_an_icon_is_an_ornament():
    assert 'aria-hidden="true"' in icon("plus")


def test_the_gate_is_drawn_without_a_person():
    request = RequestFactory().get("/")
    text = get_template("admin/gate.html").render({"title": "<Hello>", "user": None}, request)

    assert "&lt;Hello&gt;" in text

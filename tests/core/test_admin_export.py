"""Lists of the web pages as files: chosen rows, filtered rows, readable columns, nothing hidden."""

import csv
import io
import json
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection, models
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cards.models import Card
from core.admin import exporting
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, SprintFactory
from tests.web import page, web

LIST = "/admin/cards/card/"
SECRETS = ("password", "hash", "secret", "token", "embedding", "search")
ADMINS = sorted(admin.site._registry.items(), key=lambda entry: entry[0]._meta.label)


def sent(response):
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def table(response):
    """A CSV file as a list of dicts, by heading."""
    text = sent(response)
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def chosen(action, *rows, across=False):
    """What the list's form sends for an action on ticked rows."""
    return {
        "action": action,
        "select_across": "1" if across else "0",
        ACTION_CHECKBOX_NAME: [str(row.pk) for row in rows],
    }


@pytest.fixture
def browser(member, workspace):
    return web(member)


@pytest.fixture
def cards(board):
    return [CardFactory(board=board, title=f"Card {number}") for number in range(5)]


@pytest.mark.django_db
def test_the_file_has_what_the_list_and_the_form_show(browser, board, member):
    card = CardFactory(
        board=board,
        title="Write the log",
        description="Решение\n- done",
        priority="high",
        story_points=3,
        due_date=date(2026, 12, 24),
        sprint=SprintFactory(board=board, name="Sprint 7"),
    )
    CardAssigneeFactory(card=card, user=member)
    (row,) = table(browser.get(f"{LIST}export/csv/"))
    shown = {
        "ID": str(card.pk),
        "Key": f"ACME-{card.number}",
        "Title": "Write the log",
        "Board": "Product",
        "Column": "To Do",
        "Priority": "High",
        "Assignees": "Max Member",
        "Points": "3",
        "Due": "2026-12-24",
        "Sprint": "Sprint 7",
        "Description": "Решение\n- done",
    }
    assert {name: row[name] for name in shown} == shown
    assert row["Created"].endswith("Z")


@pytest.mark.django_db
def test_json_has_the_same_by_name(browser, board):
    card = CardFactory(board=board, title="Card", priority="high", story_points=3)
    answer = browser.get(f"{LIST}export/json/")
    assert answer["Content-Type"] == "application/json"
    (row,) = json.loads(sent(answer))
    assert row["id"] == str(card.pk)
    assert (row["key"], row["title"]) == (f"ACME-{card.number}", "Card")
    assert (row["priority"], row["story_points"], row["due_date"]) == ("High", 3, None)


@pytest.mark.django_db
def test_all_rows_of_the_list_in_its_order(browser, cards, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 2)
    rows = table(browser.get(f"{LIST}export/csv/"))
    assert [row["Title"] for row in rows] == [card.title for card in reversed(cards)]


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["1", "-1", "2", "-2", "3.-2", "-3.2", "5", "-8.2", "7.-1"])
def test_the_order_is_the_one_that_the_person_chose(order, browser, board, workspace, monkeypatch):
    other = BoardFactory(workspace=workspace, name="Another")
    for number in range(8):
        CardFactory(
            board=board if number % 3 else other,
            title=f"Card {number * 5 % 8}",
            story_points=number % 2 + 1,
            due_date=date(2026, 12, number % 4 + 1),
        )
    monkeypatch.setattr(exporting, "CHUNK", 3)
    shown = browser.get(f"{LIST}?o={order}").context["cl"].result_list
    rows = table(browser.get(f"{LIST}export/csv/?o={order}"))
    assert [row["ID"] for row in rows] == [str(card.pk) for card in shown]


@pytest.mark.django_db
def test_search_and_filters_are_those_of_the_list(browser, cards, board):
    Card.objects.filter(pk=cards[1].pk).update(priority="urgent")
    Card.objects.filter(pk=cards[2].pk).update(priority="urgent", title="Needle")
    rows = table(browser.get(f"{LIST}export/csv/?priority__exact=urgent&p=7&all="))
    assert [row["Title"] for row in rows] == ["Needle", "Card 1"]
    rows = table(browser.get(f"{LIST}export/csv/?priority__exact=urgent&q=needle"))
    assert [row["Title"] for row in rows] == ["Needle"]


@pytest.mark.django_db
def test_a_filter_that_there_is_not_leads_back(browser, cards):
    answer = browser.get(f"{LIST}export/csv/?description__contains=x")
    assert answer.status_code in (302, 400)
    assert browser.get(f"{LIST}export/xml/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_action_takes_the_chosen_rows(form, browser, cards):
    answer = browser.post(LIST, chosen(f"export_{form}", cards[0], cards[3]))
    assert answer["Content-Disposition"].startswith('attachment; filename="cards-')
    rows = table(answer) if form == "csv" else json.loads(sent(answer))
    assert [row["Title" if form == "csv" else "title"] for row in rows] == ["Card 3", "Card 0"]


@pytest.mark.django_db
def test_an_action_takes_all_pages_where_all_are_chosen(browser, cards):
    Card.objects.filter(pk=cards[1].pk).update(priority="urgent")
    address = f"{LIST}?priority__exact=none"
    rows = table(browser.post(address, chosen("export_csv", cards[0], across=True)))
    assert [row["Title"] for row in rows] == ["Card 4", "Card 3", "Card 2", "Card 0"]


@pytest.mark.django_db
def test_rows_of_another_tenant_are_in_no_file(browser, cards, other_card):
    rows = table(browser.post(LIST, chosen("export_csv", cards[0], other_card)))
    assert [row["ID"] for row in rows] == [str(cards[0].pk)]
    assert str(other_card.pk) not in sent(browser.get(f"{LIST}export/json/")).decode()


@pytest.mark.django_db
def test_who_is_not_signed_in_gets_no_file(cards):
    answer = web(None).get(f"{LIST}export/csv/")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.django_db
def test_what_people_wrote_is_inert(browser, board):
    CardFactory(board=board, title="=HYPERLINK(1)", description="@SUM(A1)")
    (row,) = table(browser.get(f"{LIST}export/csv/"))
    assert (row["Title"], row["Description"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")


@pytest.mark.django_db
def test_markup_of_the_list_is_text_in_the_file(operator, admin, workspace):
    rows = table(web(operator).get(f"{page('core_eventlog_changelist')}export/csv/"))
    assert rows
    assert not any("<" in cell for row in rows for cell in row.values() if cell)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "model_admin"),
    ADMINS,
    ids=lambda each: getattr(getattr(each, "_meta", None), "label", ""),
)
def test_no_list_has_a_hidden_column_in_its_file(model, model_admin, operator):
    request = RequestFactory().get("/admin/")
    request.user = operator
    columns = model_admin.export_columns(request)
    names = [column.name for column in columns]
    assert names[0] == model._meta.pk.name
    assert len(set(names)) == len(names)
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name in fields.keys() & set(names):
        assert not any(word in name for word in SECRETS), name
        assert not isinstance(fields[name], models.BinaryField), name


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize(
    ("model", "model_admin"),
    ADMINS,
    ids=lambda each: getattr(getattr(each, "_meta", None), "label", ""),
)
def test_every_list_has_its_file(model, model_admin, form, operator, card, sprint, member):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_export"
    answer = web(operator).get(reverse(name, args=[form]))
    rows = table(answer) if form == "csv" else json.loads(sent(answer))
    request = RequestFactory().get("/admin/")
    request.user = operator
    assert len(rows) == model_admin.get_queryset(request).count()


@pytest.mark.django_db
def test_a_file_costs_the_same_queries_for_few_rows_and_for_many(browser, board):
    def queries(number):
        for _time in range(number):
            CardFactory(board=board, sprint=SprintFactory(board=board))
        with CaptureQueriesContext(connection) as captured:
            sent(browser.get(f"{LIST}export/csv/"))
        return len(captured)

    assert queries(4) == queries(36)


@pytest.mark.django_db
def test_the_list_offers_its_files_with_its_filters(browser, cards):
    text = browser.get(f"{LIST}?priority__exact=none&p=1").content.decode()
    assert 'href="export/csv/?priority__exact=none"' in text
    assert 'href="export/json/?priority__exact=none"' in text
    assert "export/csv" not in browser.get(f"{LIST}?priority__exact=urgent").content.decode()

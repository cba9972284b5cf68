"""Filters of a board: one's own, and those that others share."""

import pytest

from cards.models import SavedFilter
from cards.services import SavedFilterGone, saved_filter_delete
from tests.factories import SavedFilterFactory

FILTERS = "/api/v1/saved-filters/"


def test_a_filter_is_kept_for_oneself(board, as_member, as_admin, watch):
    body = {"board": str(board.pk), "name": "Urgent", "query": "priority=urgent&assignee=me"}
    response = as_member.post(FILTERS, body, format="json")
    assert response.status_code == 201
    assert response.json()["shared"] is False
    assert watch.actions() == [("saved_filter.created", "saved_filter")]
    assert watch.entries()[0].private_to is not None
    address = f"{FILTERS}{response.json()['id']}/"
    assert as_admin.get(address).status_code == 404
    assert as_member.patch(address, {"shared": True}, format="json").status_code == 200
    assert as_admin.get(address).status_code == 200


def test_a_name_is_taken_once_by_each_person(board, member, as_member, as_admin):
    body = {"board": str(board.pk), "name": "Urgent", "query": "priority=urgent"}
    assert as_member.post(FILTERS, body, format="json").status_code == 201
    again = as_member.post(FILTERS, body, format="json")
    assert again.status_code == 409
    assert list(again.json()["errors"]) == ["name"]
    assert as_admin.post(FILTERS, body, format="json").status_code == 201


# Who, whether the filter of `contributor` is shared, and what they may: (read, change, delete).
RIGHTS = [
    ("contributor", False, 200, 200, 204),
    ("admin", False, 404, 404, 404),
    ("member", False, 404, 404, 404),
    ("contributor", True, 200, 200, 204),
    ("admin", True, 200, 403, 204),
    ("member", True, 200, 403, 403),
    ("outsider", True, 404, 404, 404),
    ("operator", True, 404, 404, 404),
]


@pytest.mark.parametrize(("who", "shared", "read", "change", "delete"), RIGHTS)
def test_who_may_with_a_filter(
    who, shared, read, change, delete, board, contributor, request, client_of, other_workspace
):
    saved = SavedFilterFactory(board=board, user=contributor, shared=shared)
    client = client_of(request.getfixturevalue(who))
    address = f"{FILTERS}{saved.pk}/"
    assert client.get(address).status_code == read
    assert client.patch(address, {"name": "Other"}, format="json").status_code == change
    assert client.delete(address).status_code == delete


def test_an_admin_does_not_delete_what_is_shared_no_more(board, contributor, admin):
    seen = SavedFilterFactory(board=board, user=contributor, shared=True)
    SavedFilter.objects.filter(pk=seen.pk).update(shared=False)

    with pytest.raises(SavedFilterGone):
        saved_filter_delete(saved=seen, actor=admin)

    assert SavedFilter.objects.filter(pk=seen.pk).exists()


def test_who_observes_keeps_filters_for_oneself_alone(board, project, observer, client_of):
    board.project = project
    board.save(update_fields=["project"])
    client = client_of(observer)
    body = {"board": str(board.pk), "name": "Urgent", "query": "priority=urgent"}
    assert client.post(FILTERS, {**body, "shared": True}, format="json").status_code == 403
    kept = client.post(FILTERS, body, format="json")
    assert kept.status_code == 201
    address = f"{FILTERS}{kept.json()['id']}/"
    refused = client.patch(address, {"shared": True}, format="json")
    assert refused.status_code == 403
    assert "observe" in refused.json()["detail"]
    assert client.patch(address, {"name": "Mine"}, format="json").status_code == 200


def test_who_observes_by_now_takes_back_what_was_shared_and_changes_none_of_it(
    board, project, observer, client_of
):
    board.project = project
    board.save(update_fields=["project"])
    saved = SavedFilterFactory(board=board, user=observer, shared=True)
    client = client_of(observer)
    address = f"{FILTERS}{saved.pk}/"
    assert client.patch(address, {"name": "Other"}, format="json").status_code == 403
    assert client.patch(address, {"shared": False}, format="json").status_code == 200
    assert client.delete(address).status_code == 204

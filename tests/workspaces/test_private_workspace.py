"""The private workspace of one: everybody has exactly one."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from tests.factories import UserFactory
from tests.workspaces.together import together
from workspaces.models import Workspace, WorkspaceMember
from workspaces.services import user_create, workspace_of_one_ensure
from workspaces.services import workspaces as service


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_make_one():
    for _round in range(5):
        person = UserFactory()
        first, second = together(*[partial(workspace_of_one_ensure, user=person)] * 2)
        assert first == second
        assert Workspace.objects.filter(personal_for=person).count() == 1


@pytest.mark.django_db
class TestKeys:
    def test_one_that_is_taken_is_made_anew(self, monkeypatch):
        one, other = UserFactory(), UserFactory()
        keys = iter("A" * service.PRIVATE_KEY_LENGTH * 2 + "B" * service.PRIVATE_KEY_LENGTH)
        monkeypatch.setattr(service.secrets, "choice", lambda letters: next(keys))
        first, second = workspace_of_one_ensure(user=one), workspace_of_one_ensure(user=other)
        assert (first.key, second.key) == ("PAAAAAAAAA", "PBBBBBBBBB")

    def test_an_account_is_made_whole_or_not_at_all(self, monkeypatch):
        monkeypatch.setattr(service, "PRIVATE_KEY_LETTERS", "A")
        workspace_of_one_ensure(user=UserFactory())
        with pytest.raises(RuntimeError), transaction.atomic():
            user_create(username="ann", email="ann@example.com", password="a good one", actor=None)
        assert Workspace.objects.count() == 1

    def test_what_else_the_database_refuses_is_not_hidden(self):
        person = UserFactory.build(username="never inserted")
        with pytest.raises(IntegrityError), transaction.atomic():
            workspace_of_one_ensure(user=person)

    def test_the_database_lets_nobody_else_in(self):
        private = workspace_of_one_ensure(user=UserFactory())
        with pytest.raises(IntegrityError, match="private"), transaction.atomic():
            WorkspaceMember.objects.create(workspace=private, user=UserFactory())

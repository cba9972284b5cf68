"""People and workspaces."""

import datetime
import hashlib

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from workspaces.models import (
    AccessToken,
    User,
    Workspace,
    WorkspaceInvitation,
    WorkspaceMember,
)

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.com")
    full_name = factory.LazyAttribute(lambda person: person.username.title())

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        person = model_class(**kwargs)
        person.set_password(kwargs.get("password") or PASSWORD)
        person.save(force_insert=True)
        return person


class WorkspaceFactory(DjangoModelFactory):
    """A workspace whose maker is its admin; in one transaction, since none exists without."""

    class Meta:
        model = Workspace
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Workspace {n}")
    key = factory.Sequence(lambda n: f"WS{n}")
    created_by = factory.SubFactory(UserFactory)

    @classmethod
    def _generate(cls, strategy, params):
        with transaction.atomic():
            return super()._generate(strategy, params)

    @factory.post_generation
    def with_admin(self, create, extracted, **kwargs):
        if create and extracted is not False:
            WorkspaceMember.objects.create(
                workspace=self, user=self.created_by, role=WorkspaceMember.Role.ADMIN
            )


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = WorkspaceMember

    workspace = factory.SubFactory(WorkspaceFactory)
    user = factory.SubFactory(UserFactory)
    role = WorkspaceMember.Role.MEMBER


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = WorkspaceInvitation

    workspace = factory.SubFactory(WorkspaceFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.com")
    invited_by = factory.SelfAttribute("workspace.created_by")
    token_hash = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    expires_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=7))


class AccessTokenFactory(DjangoModelFactory):
    class Meta:
        model = AccessToken

    user = factory.SubFactory(UserFactory)
    name = "A token"
    prefix = "taskly_pat_abcd"
    token_hash = factory.Sequence(lambda n: hashlib.sha256(f"t{n}".encode()).hexdigest())
    scope = AccessToken.Scope.WRITE

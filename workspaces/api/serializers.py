"""What comes in and goes out of people, workspaces and signing in."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import BooleanField, ExpressionWrapper, Q
from rest_framework import serializers

from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from workspaces.models import AccessToken, User, Workspace, WorkspaceInvitation, WorkspaceMember

PASSWORD_LENGTH = 1024
TOKEN_LENGTH = 4096


class PasswordField(fields.StrictCharField):
    """A password, spaces and all."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            trim_whitespace=False, max_length=PASSWORD_LENGTH, write_only=True, **kwargs
        )


# People
class UserRows(Rows):
    """A person as colleagues see them; the email is for admins of theirs, and for themselves."""

    columns: ClassVar = {
        "id": None,
        "username": None,
        "full_name": None,
        "avatar_url": None,
        "email": "shown_email",
    }


class UserSerializer(StrictModelSerializer):
    email = serializers.EmailField(
        allow_null=True,
        read_only=True,
        help_text="Null unless the caller administers a workspace of theirs.",
    )

    class Meta:
        model = User
        fields = tuple(UserRows.columns)
        read_only_fields = fields


class MeRows(Rows):
    """The caller's own account."""

    columns: ClassVar = {
        "id": None,
        "username": None,
        "email": None,
        "full_name": None,
        "avatar_url": None,
        "language": None,
        "is_operator": "is_superuser",
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class MeSerializer(StrictModelSerializer):
    """A new email needs the present password beside it."""

    avatar_url = fields.StrictURLField(max_length=500, allow_blank=True, required=False)
    is_operator = serializers.BooleanField(source="is_superuser", read_only=True)
    current_password = PasswordField(required=False)

    class Meta:
        model = User
        fields = (*MeRows.columns, "current_password")
        read_only_fields = ("id", "is_operator", "version", "created_at", "updated_at")


class PasswordChangeSerializer(StrictSerializer):
    current_password = PasswordField()
    new_password = PasswordField()


class AccountDeletionSerializer(StrictSerializer):
    current_password = PasswordField()


# Signing in
class SignInSerializer(StrictSerializer):
    """The username may be the email."""

    username = fields.StrictCharField(max_length=255)
    password = PasswordField()


class TokenPairSerializer(StrictSerializer):
    """What signs in for a quarter of an hour, and what gets the next pair, once."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class RefreshSerializer(StrictSerializer):
    refresh = fields.StrictCharField(max_length=TOKEN_LENGTH)


class VerifySerializer(StrictSerializer):
    token = fields.StrictCharField(max_length=TOKEN_LENGTH)


class PasswordResetSerializer(StrictSerializer):
    email = fields.StrictCharField(max_length=255)


class PasswordResetConfirmSerializer(StrictSerializer):
    """`uid` and `token` as they stand in the mailed link."""

    uid = fields.StrictCharField(max_length=200)
    token = fields.StrictCharField(max_length=200)
    new_password = PasswordField()


class AccessTokenRows(Rows):
    columns: ClassVar = {
        "id": None,
        "name": None,
        "prefix": None,
        "scope": None,
        "expires_at": None,
        "last_used_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class AccessTokenSerializer(StrictModelSerializer):
    """A personal access token, without the token."""

    class Meta:
        model = AccessToken
        fields = tuple(AccessTokenRows.columns)
        read_only_fields = (
            "id",
            "prefix",
            "last_used_at",
            "version",
            "created_at",
            "updated_at",
        )


class NewAccessTokenSerializer(AccessTokenSerializer):
    """The answer that shows the token, once."""

    token = serializers.CharField(read_only=True)

    class Meta(AccessTokenSerializer.Meta):
        fields = (*AccessTokenRows.columns, "token")


# Workspaces
class WorkspaceRows(Rows):
    columns: ClassVar = {
        "id": None,
        "name": None,
        "key": None,
        "created_by": "created_by_id",
        "is_private": ExpressionWrapper(Q(personal_for__isnull=False), output_field=BooleanField()),
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class WorkspaceSerializer(StrictModelSerializer):
    """A workspace; `is_private` is the caller's own, which nobody else is in."""

    is_private = serializers.BooleanField(read_only=True)

    class Meta:
        model = Workspace
        fields = tuple(WorkspaceRows.columns)
        read_only_fields = (
            "id",
            "key",
            "created_by",
            "is_private",
            "version",
            "created_at",
            "updated_at",
        )


class WorkspaceCreateSerializer(StrictSerializer):
    """A new workspace. Its key is the prefix of card keys, for life."""

    name = fields.StrictCharField(max_length=100)
    key = fields.StrictCharField(max_length=10, help_text="2 to 10 of A-Z and 0-9, a letter first.")


class MemberRows(Rows):
    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "user": "user_id",
        "role": None,
        "joined_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class MemberSerializer(StrictModelSerializer):
    """A person's place in a workspace; who they are is told by `users/?workspace=`."""

    class Meta:
        model = WorkspaceMember
        fields = tuple(MemberRows.columns)
        read_only_fields = (
            "id",
            "workspace",
            "user",
            "joined_at",
            "version",
            "created_at",
            "updated_at",
        )


class MemberCreateSerializer(StrictSerializer):
    """Takes in somebody whom the caller works with already; others are invited by mail."""

    user = fields.ScopedRelatedField(User)
    role = fields.StrictChoiceField(choices=WorkspaceMember.Role.choices, required=False)


class InvitationRows(Rows):
    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "email": None,
        "role": None,
        "invited_by": "invited_by_id",
        "expires_at": None,
        "accepted_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class InvitationSerializer(StrictModelSerializer):
    """An invitation; its token is in the mail alone."""

    class Meta:
        model = WorkspaceInvitation
        fields = tuple(InvitationRows.columns)
        read_only_fields = (
            "id",
            "workspace",
            "invited_by",
            "expires_at",
            "accepted_at",
            "version",
            "created_at",
            "updated_at",
        )


class InvitationAcceptSerializer(StrictSerializer):
    """Signed in, the token alone; otherwise the account to make as well."""

    token = fields.StrictCharField(max_length=200)
    username = fields.StrictCharField(max_length=100, required=False)
    password = PasswordField(required=False)
    full_name = fields.StrictCharField(max_length=200, required=False, allow_blank=True)

"""The caller's account and colleagues, and the caller's access tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import update_session_auth_hash
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.edge import TasklyView
from core.api.versions import tag_of
from core.api.views import Creates, Destroys, Lists, Retrieves, TasklyViewSet, Updates
from workspaces import services
from workspaces.api.edge import CountsAttempts, given_text
from workspaces.api.filters import UserFilters
from workspaces.api.serializers import (
    AccessTokenRows,
    AccessTokenSerializer,
    AccountDeletionSerializer,
    MeRows,
    MeSerializer,
    NewAccessTokenSerializer,
    PasswordChangeSerializer,
    UserRows,
    UserSerializer,
)
from workspaces.authentication import NotByAccessToken
from workspaces.models import AccessToken, User, WorkspaceMember

WRONG_PASSWORD = _("This is not the present password.")


class UserViewSet(Lists, Retrieves, TasklyViewSet):
    """People whom the caller shares a workspace with, and the caller."""

    model = User
    rows_class = UserRows
    serializer_class = UserSerializer
    filterset_class = UserFilters
    orderings: ClassVar = {"username": "username", "full_name": "full_name", "id": "id"}
    default_ordering = "id"

    def for_answer(self, queryset: QuerySet[User]) -> QuerySet[User]:
        """With the email where the caller may see it: their own, and that of people whom they
        administer."""
        administered = WorkspaceMember.objects.administered_by(self.request.user)
        mine = Q(pk=self.request.user.pk) | Exists(administered.filter(user_id=OuterRef("pk")))
        shown = Case(When(mine, then=F("email")), default=None, output_field=CharField(null=True))
        return queryset.annotate(shown_email=shown)


@extend_schema_view(
    retrieve=extend_schema(summary="Read the caller's account.", description="The caller."),
    partial_update=extend_schema(summary="Change the caller's account."),
)
class MeViewSet(CountsAttempts, Retrieves, Updates, TasklyViewSet):
    """The caller."""

    model = User
    rows_class = MeRows
    serializer_class = MeSerializer

    def lookup(self) -> dict[str, Any]:
        return {"pk": self.request.user.pk}

    def attempted_identifier(self, request: Request) -> str | None:
        if request.method in SAFE_METHODS or given_text(request, "current_password") is None:
            return None
        return str(request.user.username)

    def update_one(self, instance: User, *, expected_version: int | None, **values: Any) -> User:
        """Change the named fields; whoever holds the email can set a new password, so that a
        change of it is confirmed by the present one."""
        password = values.pop("current_password", None)
        is_right = password is not None and instance.check_password(password)
        if password is not None and not is_right:
            raise serializers.ValidationError({"current_password": [WRONG_PASSWORD]})
        if is_right:
            self.attempt_was_right()
        if values.get("email", instance.email) != instance.email:
            if isinstance(self.request.auth, AccessToken):
                self.permission_denied(self.request, NotByAccessToken.message)
            if not is_right:
                raise serializers.ValidationError(
                    {"current_password": [_("A new email needs the present password.")]}
                )
        return services.user_update(
            user=instance, actor=self.request.user, expected_version=expected_version, **values
        )


class _PersonalView(CountsAttempts, TasklyView):
    """A POST about the caller's own account that their password confirms."""

    permission_classes = (IsAuthenticated, NotByAccessToken)
    serializer_class: ClassVar[type[serializers.Serializer[Any]]]

    def attempted_identifier(self, request: Request) -> str | None:
        return str(request.user.username)

    def body(self) -> dict[str, Any]:
        """The body's values; 400 where the present password isn't the one given."""
        serializer = self.serializer_class(data=self.request.data, context={"view": self})
        serializer.is_valid(raise_exception=True)
        if not self.request.user.check_password(serializer.validated_data["current_password"]):
            raise serializers.ValidationError({"current_password": [WRONG_PASSWORD]})
        self.attempt_was_right()
        return dict(serializer.validated_data)


class MyPasswordView(_PersonalView):
    """A new password. Every JWT and session ends, but for the session that asks."""

    serializer_class = PasswordChangeSerializer

    @extend_schema(request=PasswordChangeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change the password."""
        user = services.password_change(
            user=request.user, actor=request.user, at=timezone.now(), **self.body()
        )
        if request.auth is None and request._request.session.session_key is not None:
            update_session_auth_hash(request._request, user)
        return Response(status=204)


class MyDeletionView(_PersonalView):
    """The end of the account, and of the private workspace with all that is in it."""

    serializer_class = AccountDeletionSerializer

    @extend_schema(request=AccountDeletionSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Delete the account; 409 for the last admin of a workspace."""
        self.body()
        services.user_delete(user=request.user, actor=request.user, at=timezone.now())
        return Response(status=204)


class AccessTokenViewSet(Lists, Retrieves, Creates, Destroys, TasklyViewSet):
    """The caller's personal access tokens. Deleting one revokes it."""

    model = AccessToken
    rows_class = AccessTokenRows
    serializer_class = AccessTokenSerializer
    permission_classes = (IsAuthenticated, NotByAccessToken)
    shows_credential = frozenset({"create"})
    orderings: ClassVar = {
        "name": "name",
        "created_at": "created_at",
        "last_used_at": "last_used_at",
        "id": "id",
    }
    default_ordering = "id"

    def get_queryset(self) -> QuerySet[AccessToken]:
        return super().get_queryset().filter(revoked_at__isnull=True)

    @extend_schema(request=AccessTokenSerializer, responses={201: NewAccessTokenSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a token. This answer shows it, and no other does."""
        token, secret = services.token_create(
            user=request.user, actor=request.user, at=timezone.now(), **self.validated()
        )
        answer = self.one(token)
        response = Response({**answer, "token": secret}, status=201)
        response["ETag"] = tag_of(answer)
        response["Location"] = self.reverse_action("detail", kwargs={"id": token.pk})
        response["Cache-Control"] = "no-store"
        return response

    def destroy_one(self, instance: AccessToken, *, expected_version: int | None) -> None:
        services.token_revoke(
            token=instance,
            actor=self.request.user,
            at=timezone.now(),
            expected_version=expected_version,
        )

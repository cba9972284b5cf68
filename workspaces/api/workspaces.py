"""Workspaces, who is in them, and who is invited."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.edge import TasklyView
from core.api.views import Below, Creates, Destroys, Lists, Retrieves, TasklyViewSet, Updates
from workspaces import services
from workspaces.api.filters import InvitationFilters, MemberFilters, WorkspaceFilters
from workspaces.api.serializers import (
    InvitationAcceptSerializer,
    InvitationRows,
    InvitationSerializer,
    MemberCreateSerializer,
    MemberRows,
    MemberSerializer,
    WorkspaceCreateSerializer,
    WorkspaceRows,
    WorkspaceSerializer,
)
from workspaces.models import Workspace, WorkspaceInvitation, WorkspaceMember
from workspaces.rights import require_admin


class WorkspaceViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Workspaces that the caller is a member of. Whoever makes one is its admin."""

    model = Workspace
    rows_class = WorkspaceRows
    serializer_class = WorkspaceSerializer
    serializer_classes: ClassVar = {"create": WorkspaceCreateSerializer}
    filterset_class = WorkspaceFilters
    orderings: ClassVar = {
        "name": "name",
        "key": "key",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def create_one(self, **values: Any) -> Workspace:
        """Make a workspace."""
        return services.workspace_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Workspace, *, expected_version: int | None, **values: Any
    ) -> Workspace:
        return services.workspace_update(
            workspace=instance,
            actor=self.request.user,
            expected_version=expected_version,
            **values,
        )

    def destroy_one(self, instance: Workspace, *, expected_version: int | None) -> None:
        services.workspace_delete(
            workspace=instance, actor=self.request.user, expected_version=expected_version
        )


class MemberViewSet(Lists, Retrieves, Creates, Updates, Destroys, Below):
    """Members of a workspace. Admins manage them; everybody may leave, but for the last admin."""

    model = WorkspaceMember
    above = ("workspace", Workspace)
    rows_class = MemberRows
    serializer_class = MemberSerializer
    serializer_classes: ClassVar = {"create": MemberCreateSerializer}
    filterset_class = MemberFilters
    lookup_url_kwarg = "member_id"
    orderings: ClassVar = {"joined_at": "joined_at", "role": "role", "id": "id"}
    default_ordering = "id"

    @extend_schema(request=MemberCreateSerializer, responses={201: MemberSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a colleague in."""
        require_admin(request.user, self.parent.pk)
        return super().create(request, *args, **kwargs)

    def create_one(self, **values: Any) -> WorkspaceMember:
        return services.member_add(workspace=self.parent, actor=self.request.user, **values)

    def update_one(
        self, instance: WorkspaceMember, *, expected_version: int | None, **values: Any
    ) -> WorkspaceMember:
        return services.member_role_change(
            member=instance,
            role=values.get("role", instance.role),
            actor=self.request.user,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: WorkspaceMember, *, expected_version: int | None) -> None:
        services.member_remove(
            member=instance, actor=self.request.user, expected_version=expected_version
        )


class InvitationViewSet(Lists, Retrieves, Creates, Destroys, Below):
    """Invitations of a workspace, for its admins. Deleting one revokes it."""

    model = WorkspaceInvitation
    above = ("workspace", Workspace)
    rows_class = InvitationRows
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilters
    lookup_url_kwarg = "invitation_id"
    orderings: ClassVar = {
        "email": "email",
        "created_at": "created_at",
        "expires_at": "expires_at",
        "id": "id",
    }
    default_ordering = "id"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Members see the workspace, so they are told that its invitations aren't theirs."""
        super().initial(request, *args, **kwargs)
        require_admin(request.user, self.parent.pk)

    def get_queryset(self) -> QuerySet[WorkspaceInvitation]:
        return super().get_queryset().filter(revoked_at__isnull=True)

    def create_one(self, **values: Any) -> WorkspaceInvitation:
        return services.invitation_create(
            workspace=self.parent, actor=self.request.user, at=timezone.now(), **values
        )

    def destroy_one(self, instance: WorkspaceInvitation, *, expected_version: int | None) -> None:
        services.invitation_revoke(
            invitation=instance,
            actor=self.request.user,
            at=timezone.now(),
            expected_version=expected_version,
        )


class InvitationAcceptView(TasklyView):
    """Joining by the token of a mailed invitation, with the account one has or a new one."""

    permission_classes = ()
    serializer_class = InvitationAcceptSerializer

    @extend_schema(request=InvitationAcceptSerializer, responses={201: MemberSerializer})
    def post(self, request: Request) -> Response:
        """Join."""
        serializer = InvitationAcceptSerializer(data=request.data, context={"view": self})
        serializer.is_valid(raise_exception=True)
        body = dict(serializer.validated_data)
        if request.user.is_authenticated:
            surplus = {
                name: [_("Leave this out: you are signed in.")] for name in body if name != "token"
            }
            if surplus:
                raise serializers.ValidationError(surplus)
            member = services.invitation_accept(
                token=body["token"], actor=request.user, at=timezone.now()
            )
        else:
            missing = {
                name: [_("Sign in, or give this to make an account.")]
                for name in ("username", "password")
                if name not in body
            }
            if missing:
                raise serializers.ValidationError(missing)
            member = services.invitation_sign_up(at=timezone.now(), **body)
        rows = MemberRows.read(WorkspaceMember.objects.filter(pk=member.pk))
        return Response(rows[0], status=201)

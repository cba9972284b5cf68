"""What a text will look like: the same HTML that the pages show."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cards.models import MAX_DESCRIPTION, Card
from cards.references import References, cards_named_in, people_by_name
from core.api import fields
from core.api.serializers import StrictSerializer
from core.api.views import TasklyViewSet
from workspaces.mentions import spelled_in
from workspaces.models import User, Workspace


class MarkdownSerializer(StrictSerializer):
    """A text in Markdown; `workspace` is where its `@username`s are looked for."""

    text = fields.StrictCharField(
        max_length=MAX_DESCRIPTION, allow_blank=True, trim_whitespace=False
    )
    workspace = fields.ScopedRelatedField(Workspace, required=False, allow_null=True)


class RenderedSerializer(StrictSerializer):
    """A text as safe HTML."""

    html = serializers.CharField()


class MarkdownViewSet(TasklyViewSet):
    """Markdown as it will be shown. Nothing is kept."""

    serializer_class = MarkdownSerializer

    @extend_schema(request=MarkdownSerializer, responses={200: RenderedSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show a text: its members' names marked, the cards that the caller may see linked."""
        given = self.validated()
        text = given["text"]
        references = References(
            people=people_by_name(self._people_in(text, given.get("workspace"))),
            cards=cards_named_in([text], Card.objects.visible_to(request.user)),
            me=request.user.username.lower(),
        )
        return Response({"html": references.rendered(text)})

    def _people_in(self, text: str, workspace: Workspace | None) -> list[User]:
        if workspace is None or next(spelled_in(text), None) is None:
            return []
        members = User.objects.present().filter(memberships__workspace=workspace)
        return list(members.only("username", "full_name"))

"""The switch in the sidebar: which workspace the pages show, of those that one is in.

What is chosen is kept by the browser, in a cookie, so that it outlives signing out. It is a wish
and not a right: each request looks it up among the person's own workspaces, so that one which they
have left is simply not looked at any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.admin.scope import WorkspaceSwitch, use_workspace_switch
from workspaces.models import User, Workspace, WorkspaceMember

COOKIE = "taskly_workspace"
REMEMBERED_SECONDS = 365 * 24 * 60 * 60
# Operators look at every workspace; a menu of all of an installation's would be none.
OFFERED_TO_OPERATORS = 50


@dataclass(frozen=True)
class PlaceOffered:
    """A workspace that the switch offers."""

    id: UUID
    name: str
    key: str
    is_private: bool


def places(request: HttpRequest) -> list[PlaceOffered]:
    """The workspaces that the person may switch to, read once a request; the private one last.

    For operators, who may look at all, also the first of the others.
    """
    known: list[PlaceOffered] | None = getattr(request, "taskly_places", None)
    if known is None:
        user: Any = request.user
        found = [membership.workspace for membership in user.places]
        if user.is_superuser:
            shared = Workspace.objects.filter(personal_for=None).exclude(
                pk__in=[workspace.pk for workspace in found]
            )
            found += shared.order_by(Lower("name"), "id")[:OFFERED_TO_OPERATORS]
        known = [
            PlaceOffered(
                workspace.pk, workspace.name, workspace.key, workspace.personal_for_id is not None
            )
            for workspace in found
        ]
        request.taskly_places = known
    return known


def current(request: HttpRequest) -> UUID | None:
    """The workspace that was chosen, if the person is still in it."""
    chosen = request.COOKIES.get(COOKIE, "")
    if not chosen or not request.user.is_authenticated:
        return None
    return next((place.id for place in places(request) if str(place.id) == chosen), None)


def narrow(rows: models.QuerySet, workspace_id: UUID) -> models.QuerySet:
    """The rows of one workspace. Workspaces themselves, and what is one's own, stay as they are."""
    if rows.model is User:
        members = WorkspaceMember.objects.filter(workspace_id=workspace_id)
        return rows.filter(pk__in=members.values("user_id"))
    try:
        field = rows.model._meta.get_field("workspace")
    except FieldDoesNotExist:
        return rows
    return rows.filter(**{field.attname: workspace_id})


def frame_part(request: HttpRequest) -> dict[str, Any]:
    """What the sidebar shows of the switch."""
    chosen = current(request)
    offered = places(request)
    return {
        "workspace_places": offered,
        "current_workspace": next((place for place in offered if place.id == chosen), None),
    }


@require_POST
def switch_view(request: HttpRequest) -> HttpResponse:
    """Look at the workspace that the form names, or at all of them."""
    chosen = request.POST.get("workspace", "")
    if chosen and chosen not in {str(place.id) for place in places(request)}:
        raise Http404
    response = HttpResponseRedirect(_way_back(request))
    if chosen:
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=REMEMBERED_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _way_back(request: HttpRequest) -> str:
    """Where the form stood, if that is a page which shows another workspace's things as well.

    Lists come without their filters, which may name what the other workspace hasn't. From the
    page of one thing it goes home: that thing stays what it is, wherever one looks.
    """
    home = reverse("admin:index")
    address = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return home
    asked = urlsplit(address)
    try:
        name = resolve(asked.path).url_name or ""
    except Resolver404:
        return home
    if name == "search-page":
        return f"{asked.path}?{asked.query}"
    is_list = name.endswith("_changelist") or name == "inbox"
    return asked.path if is_list else home


use_workspace_switch(WorkspaceSwitch(current=current, narrow=narrow))
admin.site.add_frame_part(frame_part)

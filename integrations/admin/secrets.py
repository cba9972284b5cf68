"""New secrets from the pages of repositories and projects: shown by the page that answers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from integrations.admin.repositories import RepositoryAdmin
from integrations.models import GitRepository
from integrations.services import project_secret_make, repository_secret_make
from projects.admin import ProjectAdmin
from projects.admin.rights import directs
from projects.models import Project
from workspaces.admin.rights import administers


@sensitive_variables()
def _shown_once(
    model_admin: Any, request: HttpRequest, obj: GitRepository | Project, secret: str, address: str
) -> HttpResponse:
    """Show the secret itself, which nothing shows again: not in a message, not in the session."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _g("The new webhook secret"),
        "opts": model_admin.opts,
        "original": obj,
        "secret": secret,
        "address": address,
        "back_url": model_admin.change_url(obj),
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "admin/integrations/secret.html", context)


@admin.action(description=_("New webhook secret"))
def new_repository_secret(
    model_admin: Any, request: HttpRequest, queryset: models.QuerySet
) -> HttpResponse:
    """A new secret for GitHub's deliveries about the repository."""
    made, secret = repository_secret_make(repository=queryset.get(), actor=request.user)
    return _shown_once(model_admin, request, made, secret, "")


@admin.action(description=_("New webhook secret"))
def new_project_secret(
    model_admin: Any, request: HttpRequest, queryset: models.QuerySet
) -> HttpResponse:
    """A new secret for the transcripts that are sent to the project."""
    made, secret = project_secret_make(project=queryset.get(), actor=request.user)
    address = request.build_absolute_uri(reverse("transcript-delivery", args=[made.pk]))
    return _shown_once(model_admin, request, made, secret, address)


new_repository_secret.icon = "key-round"
new_repository_secret.may = lambda request, obj: administers(request, obj.workspace_id)
new_project_secret.icon = "key-round"
new_project_secret.may = directs

RepositoryAdmin.add_page_action(new_repository_secret)
ProjectAdmin.add_page_action(new_project_secret)

"""The active project of a person."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistant.models import UserContext
from core.acting import acting
from core.exceptions import check_version
from projects.models import Project
from workspaces.models import User


def context_of(user: User) -> UserContext:
    """The person's context; an empty one that isn't kept yet (version 0) where there is none."""
    found = UserContext.objects.visible_to(user).select_related("active_project").first()
    return found or UserContext(user=user, version=0, active_project=None)


def context_set(
    *, actor: User, project: Project | None, expected_version: int | None = None
) -> UserContext:
    """Make `project` the one that the person's commands are about; None is no project.

    Archived ones may be chosen: what is in them can still be read and edited.
    """
    with acting(actor, "user_context.switched"):
        # Two first contexts of one person at once: the second finds the first.
        User.objects.select_for_update(no_key=True).filter(pk=actor.pk).first()
        context = context_of(actor)
        check_version(context, expected_version)
        if project is not None and not Project.objects.visible_to(actor).filter(pk=project.pk):
            raise ValidationError({"active_project": _("There is nothing with this id.")})
        wanted = project.pk if project is not None else None
        if context.active_project_id != wanted:
            if context._state.adding:
                context = UserContext(user=actor, active_project=project)
                context.save(force_insert=True)
            else:
                context.active_project = project
                context.save(update_fields=["active_project"])
    return context

"""Making, changing and deleting channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import Forbidden, RuleViolation, check_version
from discussions.models import MAX_NAME, Channel, ChannelMember
from discussions.services.rules import channel_lock, is_workspace_member
from projects.models import Project
from projects.rights import may_direct, require_contributor, require_director
from projects.services import project_enter
from workspaces.models import User

CHANGEABLE = ("name", "description", "is_private")


class ChannelNameTaken(RuleViolation):
    """A channel that the actor sees has the name."""

    code = "channel_name_taken"
    message = _("The project has a channel of this name already.")


def channel_create(
    *,
    actor: User | None,
    project: Project,
    name: str,
    description: str = "",
    is_private: bool = False,
) -> Channel:
    """Open a channel in a project that isn't archived; whoever does is its first member."""
    with acting(actor, "channel.created"):
        project = project_enter(project.pk, actor)
        channel = Channel(
            workspace_id=project.workspace_id,
            project=project,
            name=name,
            description=description,
            is_private=is_private,
        )
        _check_name(channel, actor)
        channel.save(force_insert=True)
        # An operator may open a public channel in a workspace without being a member of it.
        if actor is not None and is_workspace_member(actor, channel.workspace_id):
            _join(channel, actor)
        elif actor is not None:
            _refuse_memberless(channel)
    return channel


def channel_update(
    *,
    channel: Channel,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Channel:
    """Change name, description or privacy; what isn't named in `changes` stays.

    Whoever contributes renames and describes. To close a channel takes it from everybody who isn't
    in it, and to open one shows everybody what was said in confidence: that is the directors'.
    Who closes one stays in it.
    """
    with acting(actor, "channel.updated"):
        channel = channel_lock(channel.pk, actor)
        require_contributor(actor, channel.project_id, channel.workspace_id)
        check_version(channel, expected_version)
        was = {name: getattr(channel, name) for name in CHANGEABLE}
        changed = [name for name in CHANGEABLE if name in changes]
        for name in changed:
            setattr(channel, name, changes[name])
        if channel.is_private != was["is_private"]:
            require_director(actor, channel.project_id, channel.workspace_id)
        if channel.name != was["name"] or channel.is_private != was["is_private"]:
            _check_name(channel, actor)
        if changed:
            channel.save(update_fields=changed)
        if channel.is_private and not was["is_private"] and actor is not None:
            if is_workspace_member(actor, channel.workspace_id):
                _join(channel, actor)
            _refuse_memberless(channel)
    return channel


def channel_delete(
    *, channel: Channel, actor: User | None, expected_version: int | None = None
) -> None:
    """Delete a channel with all that was said in it.

    For directors of the project and admins of the workspace, where they see it; and for whoever is
    alone in a private one, which is there for nobody else.
    """
    with acting(actor, "channel.deleted"):
        channel = channel_lock(channel.pk, actor)
        require_contributor(actor, channel.project_id, channel.workspace_id)
        if not may_delete(actor, channel):
            raise Forbidden(_("Only directors of the project may do this."))
        check_version(channel, expected_version)
        # The database's cascade, in one statement: its trigger notes who was in the channel.
        Channel.objects.filter(pk=channel.pk)._raw_delete("default")


def may_delete(actor: User | None, channel: Channel) -> bool:
    """Whether `actor`, who sees the channel, may delete it."""
    if may_direct(actor, channel.project_id, channel.workspace_id):
        return True
    return channel.is_private and not (
        ChannelMember.objects.filter(channel_id=channel.pk).exclude(user=actor).exists()
    )


def _check_name(channel: Channel, actor: User | None) -> None:
    """Trim the name, and refuse one that a channel which the actor sees has already.

    That a private channel of others has it must not be told, so then there are two of one name.
    """
    channel.name = channel.name.strip()
    if not 1 <= len(channel.name) <= MAX_NAME:
        raise ValidationError({"name": _("A channel's name has 1 to 80 characters.")})
    seen = Channel.objects.all() if actor is None else Channel.objects.visible_to(actor)
    if (
        seen.filter(project_id=channel.project_id)
        .exclude(pk=channel.pk)
        .alias(lowered=Lower("name"))
        .filter(lowered=channel.name.lower())
        .exists()
    ):
        raise ChannelNameTaken(field="name")


def _join(channel: Channel, person: User) -> None:
    """Make a member of the workspace one of the channel, unless they are."""
    if not ChannelMember.objects.filter(channel=channel, user=person).exists():
        ChannelMember(
            workspace_id=channel.workspace_id,
            project_id=channel.project_id,
            channel=channel,
            user=person,
        ).save(force_insert=True)


def _refuse_memberless(channel: Channel) -> None:
    """A private channel without members would be there for nobody."""
    if channel.is_private and not ChannelMember.objects.filter(channel=channel).exists():
        raise ValidationError({"is_private": _("A private channel has at least one member.")})

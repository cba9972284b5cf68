"""Who is in a channel, and what they have read."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, F, Max, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import RuleViolation, check_version
from discussions.models import Channel, ChannelMember, Message
from discussions.services.rules import channel_lock, is_workspace_member
from projects.rights import require_contributor, require_director
from workspaces.models import User
from workspaces.services import AlreadyMember


class ChannelMemberGone(RuleViolation):
    """The membership ended between being looked up and being locked."""

    status = 404
    code = "not_found"
    message = _("This person is not in the channel any more.")


class LastMember(RuleViolation):
    code = "last_member"
    message = _("A private channel has at least one member. Delete it, or let somebody else in.")


class NotInChannel(RuleViolation):
    code = "not_in_channel"
    message = _("Join the channel first: what is unread is kept for its members.")


def channel_member_add(*, channel: Channel, user: User, actor: User | None) -> ChannelMember:
    """Join a channel, or take a colleague in.

    Everybody joins what they see, who only observes the project too; whoever contributes takes
    others in. A private channel is seen by its members alone, so that nobody gets in by themselves.
    What was said before counts as read.
    """
    joins = actor is not None and actor.pk == user.pk
    with acting(actor, "channel_member.joined" if joins else "channel_member.added"):
        channel = channel_lock(channel.pk, actor)
        if not joins:
            require_contributor(actor, channel.project_id, channel.workspace_id)
        if not is_workspace_member(user, channel.workspace_id):
            raise ValidationError(
                {"user": _("Only members of the workspace can be in its channels.")}
            )
        if ChannelMember.objects.filter(channel=channel, user=user).exists():
            raise AlreadyMember(field="user")
        member = ChannelMember(
            workspace_id=channel.workspace_id,
            project_id=channel.project_id,
            channel=channel,
            user=user,
        )
        member.save(force_insert=True)
    return member


def channel_member_remove(
    *, member: ChannelMember, actor: User | None, expected_version: int | None = None
) -> None:
    """Leave a channel, or, as a director of the project, put somebody out of it."""
    leaves = actor is not None and actor.pk == member.user_id
    with acting(actor, "channel_member.left" if leaves else "channel_member.removed"):
        channel = channel_lock(member.channel_id, actor)
        if not leaves:
            require_director(actor, channel.project_id, channel.workspace_id)
        found = ChannelMember.objects.filter(pk=member.pk).first()
        if found is None:
            raise ChannelMemberGone()
        check_version(found, expected_version)
        others = ChannelMember.objects.filter(channel=channel).exclude(pk=found.pk)
        if channel.is_private and not others.exists():
            raise LastMember()
        found.delete()


def channel_read(*, channel: Channel, actor: User, message: Message | None = None) -> None:
    """Note that `actor` has read the channel up to a message, or up to the last that is there.

    Only forwards, whatever the order in which two such notes arrive. Not up to the present moment:
    a message that is on its way has its time already, and would count as read without being seen.
    No action of the log's: what somebody has read is nobody else's business.
    """
    if message is not None and message.channel_id != channel.pk:
        raise ValidationError({"message": _("This message is in another channel.")})
    moment: Combinable
    if message is not None:
        moment = Value(message.created_at, output_field=DateTimeField())
    else:
        there = Message.objects.filter(channel=channel).order_by().values("channel")
        moment = Subquery(there.annotate(last=Max("created_at")).values("last"))
    read = ChannelMember.objects.filter(channel=channel, user=actor).update(
        last_read_at=Greatest(F("last_read_at"), moment)
    )
    if not read:
        raise NotInChannel()

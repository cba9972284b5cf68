"""How the log tells of channels and of what is said there."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, F, TextField, Value, When
from django.utils.translation import gettext_lazy as _

from core.history.words import Named, Words
from discussions.models import ChannelMember, Message
from workspaces.words import membership

ACTIONS = {
    "channel_member.added": Words(one=(_("%(actor)s added %(it)s to %(channel_id)s"),)),
    "channel_member.joined": Words(one=(_("%(actor)s joined %(channel_id)s"),)),
    "channel_member.removed": Words(one=(_("%(actor)s removed %(it)s from %(channel_id)s"),)),
    "channel_member.left": Words(one=(_("%(actor)s left %(channel_id)s"),)),
    "channel_member.created": Words(one=(_("%(it)s is in %(channel_id)s now"),)),
    "channel_member.deleted": Words(one=(_("%(it)s isn't in %(channel_id)s any more"),)),
    "message.posted": Words(
        one=(
            _("%(actor)s answered %(parent_id)s in %(channel_id)s: %(content)s"),
            _("%(actor)s wrote in %(channel_id)s: %(content)s"),
        ),
    ),
    "message.edited": Words(
        one=(
            _("%(actor)s edited a message: %(after_content)s"),
            _("%(actor)s edited a message"),
        )
    ),
    "message.deleted": Words(one=(_("%(actor)s deleted a message"),)),
    "message.created": Words(one=(_("%(actor)s wrote in %(channel_id)s: %(content)s"),)),
    "message.updated": Words(one=(_("%(actor)s changed a message"),)),
}

NAMES = {
    ChannelMember: membership(),
    # What was taken back has no name either, neither in the table nor in the log.
    Message: Named(
        text=Case(
            When(deleted_at__isnull=True, then=F("content")),
            default=Value(""),
            output_field=TextField(),
        ),
        logged="content",
        gone=lambda logged: {},
    ),
}


def _taken_back(ids: set[UUID]) -> set[UUID]:
    """Of these messages, those that nobody reads any more: deleted, or gone altogether."""
    present = Message.objects.filter(pk__in=ids, deleted_at__isnull=True)
    return ids - set(present.values_list("pk", flat=True))


# What editing and deleting leave behind them.
UNTOLD = {("message", "is_edited"), ("message", "edited_at"), ("message", "deleted_at")}

WITHHELD = {"message": ("content", _taken_back)}

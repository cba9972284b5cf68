"""How the log tells people of their own conversations and active project: nobody else reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assistant.models import Conversation
from core.history.words import Named, Words

ACTIONS = {
    "conversation.created": Words(
        one=(_("%(actor)s began the conversation %(it)s"), _("%(actor)s began a conversation"))
    ),
    "conversation.updated": Words(
        one=(_("%(actor)s renamed the conversation %(it)s"), _("%(actor)s renamed a conversation"))
    ),
    "conversation.deleted": Words(one=(_("%(actor)s deleted a conversation"),)),
    "conversation_message.posted": Words(
        one=(
            _("%(actor)s wrote to the assistant in %(conversation_id)s"),
            _("%(actor)s wrote to the assistant"),
        )
    ),
    "conversation_message.answered": Words(
        one=(
            _("The assistant answered %(actor)s in %(conversation_id)s"),
            _("The assistant answered %(actor)s"),
        )
    ),
    "user_context.switched": Words(
        one=(
            _("%(actor)s switched to the project %(after_active_project_id)s"),
            _("%(actor)s left the project %(before_active_project_id)s"),
            _("%(actor)s changed the active project"),
        )
    ),
}

# The log has no title to fall back on: what is gone has no name.
NAMES = {Conversation: Named(text="title", logged="updated_at")}

# It follows from the active project.
UNTOLD = {("user_context", "workspace_id")}

"""How the log tells of people, workspaces, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.history.words import Logged, Named, Words
from workspaces.models import AccessToken, User, Workspace, WorkspaceInvitation, WorkspaceMember

ACTIONS = {
    # Accounts: only their own person reads these.
    "user.created": Words(one=(_("%(actor)s made the account %(it)s"),)),
    "user.updated": Words(
        one=(_("%(actor)s changed the account (%(changes)s)"), _("%(actor)s changed the account"))
    ),
    "user.password_changed": Words(one=(_("%(actor)s changed the password"),)),
    "user.password_reset": Words(one=(_("%(actor)s set a new password"),)),
    "user.signed_out_everywhere": Words(one=(_("%(actor)s signed out everywhere"),)),
    "user.deactivated": Words(one=(_("%(actor)s deactivated the account %(it)s"),)),
    "user.reactivated": Words(one=(_("%(actor)s reactivated the account %(it)s"),)),
    "user.deleted": Words(one=(_("%(actor)s deleted the account %(it)s"),)),
    "user.forgotten": Words(one=(_("%(actor)s had what the log says of a person forgotten"),)),
    "token.created": Words(of="access_token", one=(_("%(actor)s made %(it)s"),)),
    "token.revoked": Words(of="access_token", one=(_("%(actor)s revoked %(it)s"),)),
    "secrets.reencrypted": Words(
        of="user", one=(_("%(actor)s encrypted what is secret with a new key"),)
    ),
    # Workspaces and who is in them
    "member.added": Words(
        of="workspace_member",
        one=(_("%(actor)s took %(it)s into the workspace %(workspace_id)s"),),
        many=(
            ngettext_lazy(
                "%(actor)s took %(count)s person into the workspace %(workspace_id)s",
                "%(actor)s took %(count)s people into the workspace %(workspace_id)s",
                "count",
            ),
            _("%(actor)s took %(count)s people into workspaces"),
        ),
    ),
    "member.role_changed": Words(
        of="workspace_member",
        one=(
            _("%(actor)s changed what %(it)s is here: %(before_role)s → %(after_role)s"),
            _("%(actor)s changed what %(it)s is here"),
        ),
    ),
    "member.removed": Words(
        of="workspace_member",
        one=(_("%(actor)s took %(it)s out of the workspace %(workspace_id)s"),),
    ),
    "workspace_member.created": Words(
        one=(_("%(it)s joined the workspace %(workspace_id)s"),),
        many=(
            ngettext_lazy(
                "%(count)s person joined the workspace %(workspace_id)s",
                "%(count)s people joined the workspace %(workspace_id)s",
                "count",
            ),
        ),
    ),
    "workspace_member.deleted": Words(
        one=(_("%(it)s left the workspace %(workspace_id)s"),),
        many=(
            ngettext_lazy(
                "%(count)s person left the workspace %(workspace_id)s",
                "%(count)s people left the workspace %(workspace_id)s",
                "count",
            ),
        ),
    ),
    "invitation.created": Words(of="workspace_invitation", one=(_("%(actor)s invited %(email)s"),)),
    "invitation.revoked": Words(
        of="workspace_invitation", one=(_("%(actor)s took the invitation of %(it)s back"),)
    ),
    "invitation.accepted": Words(
        of="workspace_invitation", one=(_("%(actor)s accepted the invitation of %(it)s"),)
    ),
    "installation.seeded": Words(
        of="workspace",
        one=(_("%(actor)s filled the workspace %(it)s with made-up data"),),
        many=(
            ngettext_lazy(
                "%(actor)s filled %(count)s workspace with made-up data",
                "%(actor)s filled %(count)s workspaces with made-up data",
                "count",
            ),
        ),
    ),
}


def _people(logged: Mapping[str, Logged]) -> dict[str, str]:
    """Memberships that are gone, by the names of their people."""
    names = {
        str(person.pk): str(person)
        for person in User._base_manager.filter(pk__in={each.value for each in logged.values()})
    }
    return {key: names[each.value] for key, each in logged.items() if each.value in names}


def person_name(path: str = "") -> Any:
    """What people call the person at the end of `path` (`user__`)."""
    return Coalesce(NullIf(F(f"{path}full_name"), Value("")), F(f"{path}username"))


def membership(path: str = "user__") -> Named:
    """Rows that put a person somewhere are called like the person."""
    return Named(text=person_name(path), quoted=False, logged="user_id", gone=_people)


NAMES = {
    User: Named(text=person_name(), quoted=False, logged="full_name"),
    Workspace: Named(text="name"),
    WorkspaceMember: membership(),
    WorkspaceInvitation: Named(text="email", quoted=False, logged="email"),
    AccessToken: Named(text="name"),
}

"""How the log tells of transcripts, decisions, and how these bear on each other."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.history.words import Words
from core.models import EventLog
from decisions.models import DecisionRelationship


def _bearing(entry: EventLog) -> Mapping[str, str]:
    """How one decision bears on the other: "supersedes"."""
    image = entry.details.get("after") or entry.details.get("before") or {}
    labels = dict(DecisionRelationship.Kind.choices)
    return {"bears": str(labels.get(str(image.get("kind")), "")).lower()}


_DECIDED = ("status", "decided_at", "decided_by_id")

ACTIONS = {
    "decision.created": Words(one=(_("%(actor)s proposed %(it)s"),)),
    "decision.accepted": Words(one=(_("%(actor)s accepted %(it)s"),), tells=_DECIDED),
    "decision.rejected": Words(one=(_("%(actor)s rejected %(it)s"),), tells=_DECIDED),
    "decision.superseded": Words(one=(_("%(actor)s marked %(it)s as superseded"),), tells=_DECIDED),
    "decision_relationship.created": Words(
        one=(_("%(actor)s recorded that %(source_id)s %(bears)s %(target_id)s"),),
        also=_bearing,
    ),
    "decision_relationship.deleted": Words(
        one=(_("%(actor)s took back that %(source_id)s %(bears)s %(target_id)s"),),
        also=_bearing,
    ),
    "decisions.loaded": Words(
        of="decision",
        one=(_("%(actor)s brought in %(it)s"),),
        many=(_("%(actor)s brought in %(count)s %(kinds)s"),),
    ),
    "transcript.created": Words(one=(_("%(actor)s added %(it)s"),)),
    "transcript.delivered": Words(one=(_("%(it)s arrived"),)),
}

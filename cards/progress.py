"""How far a release has come: its features, and the cards that carry them out."""

from __future__ import annotations

from django.db.models import Count, JSONField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, JSONObject

from projects.models import Feature

NOTHING = {
    "features": 0,
    "features_done": 0,
    "cards": 0,
    "cards_done": 0,
    "points": 0,
    "points_done": 0,
}

# A card that was put away unfinished is no part of the work any more; a finished one still is.
_COUNTED = Q(cards__completed_at__isnull=False) | Q(cards__archived_at__isnull=True)
_DONE = Q(cards__completed_at__isnull=False)
_POINTS = "cards__story_points"

RELEASE_PROGRESS = Coalesce(
    Subquery(
        Feature.objects.filter(release=OuterRef("pk"))
        .exclude(status=Feature.Status.CANCELLED)
        .order_by()
        .values("release")
        .annotate(
            progress=JSONObject(
                features=Count("pk", distinct=True),
                features_done=Count("pk", distinct=True, filter=Q(status=Feature.Status.DONE)),
                cards=Count("cards", filter=_COUNTED),
                cards_done=Count("cards", filter=_DONE),
                points=Coalesce(Sum(_POINTS, filter=_COUNTED), 0),
                points_done=Coalesce(Sum(_POINTS, filter=_DONE), 0),
            )
        )
        .values("progress"),
    ),
    Value(NOTHING, output_field=JSONField()),
    output_field=JSONField(),
)
"""Of a release, as an answer shows it: features that aren't cancelled, their cards and points."""

"""The addresses of transcripts and decisions."""

from core.api.routers import Router
from decisions.api.views import (
    DecisionSearchViewSet,
    DecisionViewSet,
    RelationshipViewSet,
    TranscriptViewSet,
)


def register(router: Router) -> None:
    router.register("transcripts", TranscriptViewSet)
    router.register("decisions/search", DecisionSearchViewSet, basename="decision-search")
    router.register("decisions", DecisionViewSet)
    router.register("decision-relationships", RelationshipViewSet)

"""The addresses of cards, and of what of boards and releases is made of them."""

from django.urls import register_converter
from django.urls.converters import StringConverter

from cards.api.charts import BoardChartsViewSet, SprintChartsViewSet
from cards.api.markdown import MarkdownViewSet
from cards.api.parts import (
    CardLinkViewSet,
    ChecklistItemViewSet,
    CommentViewSet,
    SavedFilterViewSet,
)
from cards.api.releases import ReleaseWithProgressViewSet
from cards.api.sprints import SprintPartsViewSet
from cards.api.views import BoardPartsViewSet, CardViewSet
from core.api.routers import Router


class CardConverter(StringConverter):
    """A card's id or its key."""

    regex = (
        "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
        "|[A-Za-z][A-Za-z0-9]{1,9}-[1-9][0-9]{0,9}"
    )


register_converter(CardConverter, "card")


def register(router: Router) -> None:
    router.register("cards", CardViewSet)
    router.register("comments", CommentViewSet)
    router.register("checklist-items", ChecklistItemViewSet)
    router.register("card-links", CardLinkViewSet)
    router.register("saved-filters", SavedFilterViewSet)
    router.register("markdown", MarkdownViewSet, basename="markdown")
    router.register("boards", BoardPartsViewSet, basename="board-parts")
    router.register("boards", BoardChartsViewSet, basename="board-charts")
    router.register("sprints", SprintPartsViewSet, basename="sprint-parts")
    router.register("sprints", SprintChartsViewSet, basename="sprint-charts")
    router.register("releases", ReleaseWithProgressViewSet)

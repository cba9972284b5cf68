"""What a search answers with."""

from __future__ import annotations

from rest_framework import serializers

from core.api.serializers import StrictSerializer
from search.kinds import Kind


class ResultSerializer(StrictSerializer):
    """A thing that was found, with the words that it was found by."""

    type = serializers.ChoiceField(choices=Kind.choices)
    id = serializers.UUIDField()
    key = serializers.CharField(allow_null=True, help_text="A card's, such as ACME-42.")
    title = serializers.CharField(help_text="Of a message: its channel.")
    title_html = serializers.CharField(
        help_text="The title as HTML: `<mark>` around the words, everything else escaped."
    )
    excerpt_html = serializers.CharField(
        allow_blank=True, help_text="Parts of the text, as HTML like `title_html`."
    )
    workspace = serializers.UUIDField()
    project = serializers.UUIDField(allow_null=True, help_text="Of a card: its board's.")
    board = serializers.UUIDField(allow_null=True)
    channel = serializers.UUIDField(allow_null=True)
    rank = serializers.FloatField(help_text="How well it fits: the more, the better.")
    url = serializers.URLField(help_text="Its address in this API.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

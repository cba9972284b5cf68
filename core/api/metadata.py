"""What OPTIONS tells: what the address is and takes, and nothing of what is in the database."""

from __future__ import annotations

from typing import Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request


class PlainMetadata(BaseMetadata):
    """Name, description and media types.

    DRF's own describes each field with its choices, which are rows of the caller's tenant at best;
    the OpenAPI document describes the fields without asking the database.
    """

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        return {
            "name": view.get_view_name(),
            "description": view.get_view_description(),
            "renders": [renderer.media_type for renderer in view.renderer_classes],
            "parses": [parser.media_type for parser in view.parser_classes],
        }

"""Releases with their progress, which is counted in cards."""

from __future__ import annotations

from typing import ClassVar

from cards.progress import RELEASE_PROGRESS
from projects.api.serializers import ReleaseRows
from projects.api.views import ReleaseViewSet


class ReleaseWithProgressRows(ReleaseRows):
    """A release as it is answered."""

    columns: ClassVar = {**ReleaseRows.columns, "progress": RELEASE_PROGRESS}


class ReleaseWithProgressViewSet(ReleaseViewSet):
    """Releases of the caller's projects, each with how far it has come."""

    rows_class = ReleaseWithProgressRows

"""Django's loaddata, for large files, in which rows may refer to rows that come later."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.core.management.commands.loaddata import Command as DjangoLoaddata
from django.core.serializers.base import DeserializedObject
from django.db import DatabaseError, connections, router

from core.db.copying import copy_instances
from core.encryption import encrypted_fields

BATCH = 1_000


class Command(DjangoLoaddata):
    """Loads in batches: rows that aren't there yet come by COPY, the others one by one.

    The load is one transaction already: its foreign keys are looked at when it ends.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: dict[tuple[type, Any], DeserializedObject] = {}

    def loaddata(self, fixture_labels: Sequence[str]) -> Any:
        with connections[self.using].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return super().loaddata(fixture_labels)

    def load_label(self, fixture_label: str) -> Any:
        loaded = super().load_label(fixture_label)
        self._write()
        return loaded

    def save_obj(self, obj: DeserializedObject) -> bool:
        """Let the row wait for its batch; what isn't just one row is saved as Django does."""
        row = obj.object
        model = type(row)
        if (
            row._meta.app_config in self.excluded_apps
            or model in self.excluded_models
            or row.pk is None
            or row._meta.parents
            or obj.m2m_data
            or obj.deferred_fields
            or not router.allow_migrate_model(self.using, model)
        ):
            self._write()
            saved: bool = super().save_obj(obj)
            return saved
        if (model, row.pk) in self._waiting or len(self._waiting) >= BATCH:
            self._write()
        self.models.add(model)
        self._waiting[model, row.pk] = obj
        return True

    def _write(self) -> None:
        waiting, self._waiting = list(self._waiting.values()), {}
        for model, neighbours in groupby(waiting, key=lambda obj: type(obj.object)):
            self._write_rows(model, list(neighbours))

    def _write_rows(self, model: Any, objects: list[DeserializedObject]) -> None:
        secrets = [column.attname for owner, column in encrypted_fields() if owner is model]
        rows = model._base_manager.using(self.using).filter(
            pk__in=[obj.object.pk for obj in objects]
        )
        if secrets:
            rows = rows.select_for_update(no_key=True).order_by("pk")
        present = {row["pk"]: row for row in rows.values("pk", *secrets)}
        for obj in objects:
            if obj.object.pk in present:
                # No fixture has them, so none takes them away.
                for name in secrets:
                    setattr(obj.object, name, present[obj.object.pk][name])
                super().save_obj(obj)
        coming = [obj.object for obj in objects if obj.object.pk not in present]
        try:
            copy_instances(coming, using=self.using)
        except (DatabaseError, ValueError) as error:
            error.args = (f"Could not load rows of {model._meta.label}: {error}",)
            raise

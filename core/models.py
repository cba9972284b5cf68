"""What every table has in common, and the log of all that changes in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import connections, models
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now
from django.db.models.sql import UpdateQuery
from django.utils.translation import gettext_lazy as _

from core.db.prepared import prepared_cursor
from core.identifiers import uuid7


def _names(fields: Iterable[Any], connection: Any) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in fields)


class BaseModel(models.Model):
    """A row of the domain: a time-ordered id, and times and a version that the database keeps.

    Whatever a writer sends for `created_at` (after the insert), `updated_at` and `version`, the
    trigger `zz_keep` puts the truth there; after `save()` the instance holds it as well.
    """

    id = models.UUIDField(_("id"), primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated"), db_default=Now(), editable=False)
    version = models.PositiveIntegerField(_("version"), db_default=1, editable=False)

    kept_by_database: ClassVar[tuple[str, ...]] = ()
    """Further fields that this table's triggers set, to be read back by `save()`."""
    version_field: ClassVar[str] = "version"
    """What counts the row's versions: another field where `version` is a word of the domain."""

    class Meta:
        abstract = True

    @property
    def row_version(self) -> int:
        """How often the row has changed, from 1: what ETags and forms carry."""
        version: int = getattr(self, self.version_field)
        return version

    def _do_insert(
        self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool
    ) -> list[Any]:
        """Django's INSERT, word for word: its compiler takes as long as PostgreSQL, each time.

        Left to it are values that are expressions, and fields that have a say in the SQL or in
        how what comes back is read (arrays, JSON).
        """
        connection = connections[using]
        values = [
            getattr(self, field.attname) if raw else field.pre_save(self, add=True)
            for field in fields
        ]
        if (
            any(hasattr(field, "get_placeholder") for field in fields)
            or any(hasattr(field, "from_db_value") for field in returning_fields)
            or any(
                hasattr(value, "resolve_expression") and not isinstance(value, DatabaseDefault)
                for value in values
            )
        ):
            inserted: list[Any] = super()._do_insert(manager, using, fields, returning_fields, raw)
            return inserted
        is_given = [not isinstance(value, DatabaseDefault) for value in values]
        places = ", ".join("%s" if given else "DEFAULT" for given in is_given)
        with prepared_cursor(using) as cursor:
            cursor.execute(
                f"INSERT INTO {connection.ops.quote_name(self._meta.db_table)}"
                f" ({_names(fields, connection)}) VALUES ({places})"
                f" RETURNING {_names(returning_fields, connection)}",
                [
                    field.get_db_prep_save(value, connection)
                    for field, value, given in zip(fields, values, is_given, strict=True)
                    if given
                ],
            )
            rows: list[Any] = cursor.fetchall()
        return rows

    def _do_update(
        self,
        base_qs: models.QuerySet[Self],
        using: str,
        pk_val: Any,
        values: list[Any],
        update_fields: Any,
        forced_update: bool,
    ) -> bool:
        """Django's UPDATE, with RETURNING: what the triggers made of the row comes back with it.

        A refresh afterwards would be a second round trip, and could show a later writer's row.
        """
        if not values:
            return super()._do_update(base_qs, using, pk_val, values, update_fields, forced_update)
        connection = connections[using]
        quote = connection.ops.quote_name
        if any(hasattr(value, "resolve_expression") for *_field, value in values):
            query = base_qs.filter(pk=pk_val).query.chain(UpdateQuery)
            query.add_update_fields(values)
            sql, params = query.get_compiler(using).as_sql()
        else:
            # The compiler takes longer than PostgreSQL does, and would say just this.
            settings = ", ".join(f"{quote(field.column)} = %s" for field, *_value in values)
            key = quote(self._meta.pk.column)
            sql = f"UPDATE {quote(self._meta.db_table)} SET {settings} WHERE {key} = %s"
            params = [field.get_db_prep_save(value, connection) for field, _, value in values]
            params.append(pk_val)
        kept = [
            self._meta.get_field(name)
            for name in ("updated_at", self.version_field, *self.kept_by_database)
        ]
        with prepared_cursor(using) as cursor:
            cursor.execute(f"{sql} RETURNING {_names(kept, connection)}", params)
            row = cursor.fetchone()
        if row is None:
            return False
        for field, value in zip(kept, row, strict=True):
            setattr(self, field.attname, value)
        return True


class EventLog(models.Model):
    """One entry for one changed row: append-only, written by the database alone.

    No foreign keys, since it outlives what it tells of; the columns up to `private_to` decide who
    may read it, also after the thing is gone. `details` is `{"before", "after", "context"}` by
    column name: of an insert all of after, of a delete all of before, of an update what changed.
    """

    id = models.BigAutoField(_("id"), primary_key=True)
    workspace_id = models.UUIDField(_("workspace"), null=True)
    project_id = models.UUIDField(_("project"), null=True)
    board_id = models.UUIDField(_("board"), null=True)
    channel_id = models.UUIDField(_("channel"), null=True)
    private_to = models.UUIDField(_("private to"), null=True)
    actor_id = models.UUIDField(_("actor"), null=True)
    action = models.CharField(_("action"), max_length=100)
    action_id = models.UUIDField(_("action id"))
    entity_type = models.CharField(_("kind"), max_length=50)
    entity_id = models.UUIDField(_("object"))
    timestamp = models.DateTimeField(_("time"))
    details = models.JSONField(_("details"))
    source = models.CharField(_("source"), max_length=20)

    class Meta:
        db_table = "event_log"
        verbose_name = _("log entry")
        verbose_name_plural = _("activity log")
        indexes = [
            # The feed of a workspace, newest first.
            models.Index(fields=["workspace_id", "id"], name="event_log_workspace_idx"),
            # What happened on a board: its feed, the snapshot's ETag and event_id, charts.
            models.Index(fields=["board_id", "id"], name="event_log_board_idx"),
            # What a person did.
            models.Index(fields=["actor_id", "id"], name="event_log_actor_idx"),
            # The history of one thing.
            models.Index(fields=["entity_type", "entity_id", "id"], name="event_log_entity_idx"),
            # All rows of one action, for showing and undoing it.
            models.Index(fields=["action_id", "id"], name="event_log_action_idx"),
            # What changed in a span of time.
            models.Index(fields=["workspace_id", "timestamp"], name="event_log_time_idx"),
            # What everybody in a workspace may read, without what channels keep to themselves.
            models.Index(
                fields=["workspace_id", "id"],
                name="event_log_shared_idx",
                condition=models.Q(channel_id__isnull=True, private_to__isnull=True),
            ),
            # The feed of a project.
            models.Index(
                fields=["project_id", "id"],
                name="event_log_project_idx",
                condition=models.Q(project_id__isnull=False, channel_id__isnull=True),
            ),
            # What was said in a channel, for those who may read it.
            models.Index(
                fields=["channel_id", "id"],
                name="event_log_channel_idx",
                condition=models.Q(channel_id__isnull=False),
            ),
            # A person's own things (account, tokens).
            models.Index(
                fields=["private_to", "id"],
                name="event_log_private_idx",
                condition=models.Q(private_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.action}"


class IdempotencyRecord(models.Model):
    """The answer to a POST that had an Idempotency-Key, kept for a day for its repeats.

    Technical: it makes no log entry. `scope` is a hash of caller, method, address and key, so that
    one caller's keys never meet another's; a body that showed a credential is withheld.
    """

    scope = models.CharField(max_length=64, primary_key=True)
    request_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    withheld = models.BooleanField(default=False)

    class Meta:
        db_table = "idempotency_records"
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        indexes = [
            # The oldest ones first, when a write clears what is out of date.
            models.Index(fields=["created_at"], name="idempotency_created_at_idx"),
        ]

    def __str__(self) -> str:
        return self.scope

from django.db import migrations, models

from core.db.operations import RunDeferred, sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="EventLog",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, verbose_name="id")),
                ("workspace_id", models.UUIDField(null=True, verbose_name="workspace")),
                ("project_id", models.UUIDField(null=True, verbose_name="project")),
                ("board_id", models.UUIDField(null=True, verbose_name="board")),
                ("channel_id", models.UUIDField(null=True, verbose_name="channel")),
                ("private_to", models.UUIDField(null=True, verbose_name="private to")),
                ("actor_id", models.UUIDField(null=True, verbose_name="actor")),
                ("action", models.CharField(max_length=100, verbose_name="action")),
                ("action_id", models.UUIDField(verbose_name="action id")),
                ("entity_type", models.CharField(max_length=50, verbose_name="kind")),
                ("entity_id", models.UUIDField(verbose_name="object")),
                ("timestamp", models.DateTimeField(verbose_name="time")),
                ("details", models.JSONField(verbose_name="details")),
                ("source", models.CharField(max_length=20, verbose_name="source")),
            ],
            options={
                "verbose_name": "log entry",
                "verbose_name_plural": "activity log",
                "db_table": "event_log",
                "indexes": [
                    models.Index(fields=["workspace_id", "id"], name="event_log_workspace_idx"),
                    models.Index(fields=["board_id", "id"], name="event_log_board_idx"),
                    models.Index(fields=["actor_id", "id"], name="event_log_actor_idx"),
                    models.Index(
                        fields=["entity_type", "entity_id", "id"], name="event_log_entity_idx"
                    ),
                    models.Index(fields=["action_id", "id"], name="event_log_action_idx"),
                    models.Index(fields=["workspace_id", "timestamp"], name="event_log_time_idx"),
                    models.Index(
                        condition=models.Q(("private_to__isnull", False)),
                        fields=["private_to", "id"],
                        name="event_log_private_idx",
                    ),
                ],
            },
        ),
        sql_file(__file__, "0001_log"),
        RunDeferred(),
    ]

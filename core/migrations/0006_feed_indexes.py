from django.db import migrations, models

from core.db.operations import AddIndexBeside, RunDeferred


class Migration(migrations.Migration):
    # The log may be large, and is written to by every change.
    atomic = False

    dependencies = [
        ("core", "0005_backdating"),
    ]

    operations = [
        AddIndexBeside(
            model_name="eventlog",
            index=models.Index(
                condition=models.Q(("channel_id__isnull", True), ("private_to__isnull", True)),
                fields=["workspace_id", "id"],
                name="event_log_shared_idx",
            ),
        ),
        AddIndexBeside(
            model_name="eventlog",
            index=models.Index(
                condition=models.Q(("channel_id__isnull", True), ("project_id__isnull", False)),
                fields=["project_id", "id"],
                name="event_log_project_idx",
            ),
        ),
        AddIndexBeside(
            model_name="eventlog",
            index=models.Index(
                condition=models.Q(("channel_id__isnull", False)),
                fields=["channel_id", "id"],
                name="event_log_channel_idx",
            ),
        ),
        RunDeferred(),
    ]

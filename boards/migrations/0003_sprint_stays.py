"""An entry of the log is read where the row is: one that went elsewhere would be missed."""

from django.db import migrations

from core.db.operations import RunDeferred, Unchanging


class Migration(migrations.Migration):
    dependencies = [
        ("boards", "0002_project"),
    ]

    operations = [
        Unchanging("Sprint", "board_id"),
        RunDeferred(),
    ]

"""An entry of the log is read where the row is: one that went elsewhere would be missed."""

from django.db import migrations

from core.db.operations import RunDeferred, Unchanging


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0005_open_project"),
    ]

    operations = [
        Unchanging("CardAssignee", "card_id"),
        Unchanging("SavedFilter", "board_id", "user_id"),
        RunDeferred(),
    ]

"""An entry of the log is read where the row is: one that went elsewhere would be missed."""

from django.db import migrations

from core.db.operations import RunDeferred, Unchanging


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0001_initial"),
    ]

    operations = [
        Unchanging("ConversationMessage", "user_id"),
        RunDeferred(),
    ]

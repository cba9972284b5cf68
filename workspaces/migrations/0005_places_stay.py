"""An entry of the log is read where the row is: one that went elsewhere would be missed.

In the order in which an invitation that is accepted writes them, so that it isn't in the way.
"""

from django.db import migrations

from core.db.operations import RunDeferred, Unchanging


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0004_person_language"),
    ]

    operations = [
        Unchanging("WorkspaceInvitation", "workspace_id"),
        Unchanging("WorkspaceMember", "workspace_id", "user_id"),
        Unchanging("AccessToken", "user_id"),
        RunDeferred(),
    ]

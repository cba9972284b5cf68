from django.db import migrations

import core.encryption
from core.db.operations import RunDeferred


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0002_sign_ins"),
    ]

    operations = [
        # The column is what it was; only the model knows now that it is encrypted.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="user",
                    name="github_access_token",
                    field=core.encryption.EncryptedField(
                        null=True, verbose_name="GitHub access token"
                    ),
                ),
            ],
        ),
        RunDeferred(),
    ]

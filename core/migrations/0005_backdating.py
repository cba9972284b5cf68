from django.db import migrations

from core.db.operations import RunDeferred, sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_reencryption"),
    ]

    operations = [
        sql_file(__file__, "0005_backdating"),
        RunDeferred(),
    ]

from django.db import migrations

from core.db.operations import RunDeferred, sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_counter"),
    ]

    operations = [
        sql_file(__file__, "0004_reencryption"),
        RunDeferred(),
    ]

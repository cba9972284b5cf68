from django.db import migrations

from core.db.operations import RunDeferred, sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0004_parts"),
        ("projects", "0001_initial"),
    ]

    operations = [
        sql_file(__file__, "0005_open_project"),
        RunDeferred(),
    ]

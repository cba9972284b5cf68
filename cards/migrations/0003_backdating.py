from django.db import migrations

from core.db.operations import RunDeferred, sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0002_feature"),
        ("core", "0005_backdating"),
    ]

    operations = [
        sql_file(__file__, "0003_backdating"),
        RunDeferred(),
    ]

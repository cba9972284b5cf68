import django.db.models
from django.db import migrations

import core.db.indexes
from core.db.operations import AddIndexBeside, RunDeferred


class Migration(migrations.Migration):
    # There may be many cards, and people are working on them.
    atomic = False

    dependencies = [
        ("cards", "0006_parts_stay"),
    ]

    operations = [
        AddIndexBeside(
            model_name="card",
            index=core.db.indexes.Index(
                condition=django.db.models.Q(("archived_at__isnull", True)),
                fields=["board", "id"],
                name="cards_board_idx",
            ),
        ),
        RunDeferred(),
    ]

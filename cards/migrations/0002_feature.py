import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.db.constraints
from core.db.operations import RunDeferred


class Migration(migrations.Migration):
    dependencies = [
        ("boards", "0002_project"),
        ("cards", "0001_initial"),
        ("projects", "0001_initial"),
        ("workspaces", "0002_sign_ins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="card",
            name="feature",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="cards",
                to="projects.feature",
                verbose_name="feature",
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(fields=["feature", "workspace"], name="cards_feature_idx"),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("feature", "workspace"),
                name="cards_feature_fk",
                on_delete="SET NULL",
                to="projects.Feature",
                to_fields=("id", "workspace"),
                violation_error_message="A card's feature is of its own workspace.",
            ),
        ),
        RunDeferred(),
    ]

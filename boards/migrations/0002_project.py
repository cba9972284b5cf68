import django.db.models.deletion
from django.db import migrations, models

import core.db.constraints
from core.db.operations import RunDeferred
from projects.operations import InOpenProject


class Migration(migrations.Migration):
    dependencies = [
        ("boards", "0001_initial"),
        ("projects", "0001_initial"),
        ("workspaces", "0002_sign_ins"),
    ]

    operations = [
        migrations.AddField(
            model_name="board",
            name="project",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="boards",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddIndex(
            model_name="board",
            index=models.Index(fields=["project", "workspace", "id"], name="boards_project_idx"),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("project", "workspace"),
                name="boards_project_fk",
                on_delete="SET NULL",
                to="projects.Project",
                to_fields=("id", "workspace"),
                violation_error_message="A board's project is of its own workspace.",
            ),
        ),
        InOpenProject("Board"),
        RunDeferred(),
    ]

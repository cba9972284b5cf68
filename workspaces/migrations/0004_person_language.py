from django.db import migrations, models

from core.db.operations import RunDeferred


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0003_encrypted_token"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("", "As the browser says"), ("en", "English"), ("ru", "Русский")],
                db_default="",
                default="",
                max_length=10,
                verbose_name="language",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["", "en", "ru"])),
                name="users_language_known",
                violation_error_message="Taskly doesn't speak this language.",
            ),
        ),
        RunDeferred(),
    ]

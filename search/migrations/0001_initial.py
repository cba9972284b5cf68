from django.db import migrations

# Each table's words with the workspace as one more word: a word that is common in other tenants'
# texts costs nothing here, since PostgreSQL goes through the rarer of the two. No text has a word
# that begins with an equals sign.
#
# New rows wait in a list before they come into the index, and each search reads all of that list:
# 64 kB of it, where 4 MB are usual, or other tenants' writing would slow one's searches.
WORDS = "(search || array_to_tsvector(ARRAY['=' || workspace_id::text]))"
TABLES = {
    "cards": "",
    "features": "",
    "messages": " WHERE deleted_at IS NULL",
    "decisions": " WHERE deleted_at IS NULL",
}


def index_of(table: str, only: str) -> migrations.RunSQL:
    """Make the table's index beside those who write; one that was left half made goes first."""
    name = f"{table}_search_in_workspace_idx"
    away = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    made = f"CREATE INDEX CONCURRENTLY {name} ON {table} USING gin ({WORDS})"
    made += f" WITH (gin_pending_list_limit = 64){only}"
    return migrations.RunSQL([away, made], [away])


class Migration(migrations.Migration):
    initial = True
    # The tables may be large.
    atomic = False

    dependencies = [
        ("cards", "0001_initial"),
        ("projects", "0001_initial"),
        ("discussions", "0001_initial"),
        ("decisions", "0001_initial"),
    ]

    operations = [index_of(table, only) for table, only in TABLES.items()]

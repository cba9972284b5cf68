"""How migrations change the schema."""

from django.db.backends.postgresql import schema


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """PostgreSQL's, for foreign keys that lean on the UNIQUEs of tables with several columns.

    Going down, Django removes such a UNIQUE before the tables whose keys refer to it: CASCADE
    takes those keys with it, and their own removal says IF EXISTS.
    """

    sql_delete_unique = f"{schema.DatabaseSchemaEditor.sql_delete_constraint} CASCADE"

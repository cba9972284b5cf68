"""Django's database engine for Taskly: PostgreSQL, embedded or of one's own."""

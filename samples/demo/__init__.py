"""The demo: a small team at work, so that the first look shows what Taskly is for."""

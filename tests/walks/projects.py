"""Projects, their members, releases and features."""

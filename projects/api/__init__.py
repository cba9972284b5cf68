"""Projects, releases and features over REST."""

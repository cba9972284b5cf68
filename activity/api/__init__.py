"""The activity feed over REST."""

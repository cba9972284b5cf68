"""People, sign-in and workspaces over REST."""

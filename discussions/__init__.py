"""What the team says: channels and messages."""

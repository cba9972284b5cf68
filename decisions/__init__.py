"""What was decided, and why: transcripts, decisions and how they relate."""

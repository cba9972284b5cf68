"""The readers of the log."""

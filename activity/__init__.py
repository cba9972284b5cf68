"""What happened: the readers of the event log."""

"""Data to start from: the demo, and seeds of any size."""

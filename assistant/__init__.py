"""Working by writing: private conversations with the assistant, and the active project."""

"""Working by writing: private conversations and the project they are about."""

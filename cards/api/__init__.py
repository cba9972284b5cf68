"""Cards over REST, and what of a board is made of its cards."""

"""Decision records out of a file: read strictly first, then taken in through the services."""

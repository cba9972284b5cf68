"""Charts: what they count, whoever changed it in whichever way."""

"""How long a test in the browser waits for what is to come."""

# In milliseconds. Other work may keep the machine busy: a condition is waited for, and no longer.
PATIENCE = 60_000

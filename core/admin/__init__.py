"""The admin's frame: the site, the base of every model's admin, and how the log is shown."""

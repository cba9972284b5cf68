"""The event log in sentences that people read: for the API, the admin and whoever comes later."""

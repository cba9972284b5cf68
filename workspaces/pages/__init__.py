"""Pages that stand beside the admin: joining by an invitation, and forgotten passwords."""

"""What the team plans: projects, their members, releases and features."""

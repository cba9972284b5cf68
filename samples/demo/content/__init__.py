"""What the demo tells: people, boards, plans, talk, decisions."""

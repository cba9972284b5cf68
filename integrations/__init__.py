"""What comes from outside: other tools' exports."""

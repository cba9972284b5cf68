"""What the assistant understands: each module registers its commands, in the order of help."""

from assistant.commands import help, projects

__all__ = ["help", "projects"]

"""Every write of the assistant's: conversations, what is said in them, and the active project.

Each topic is imported from its own module: commands call one of them, and are called by another.
"""

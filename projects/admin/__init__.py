"""Projects, features and releases in the web pages.

Those of features and releases are registered by cards, whose part they show as well.
"""

from projects.admin.projects import ProjectAdmin

__all__ = ["ProjectAdmin"]

"""Puts Taskly's own site in the place of Django's `admin.site`."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class TasklyAdminConfig(AdminConfig):
    """`django.contrib.admin` with the site of this package as the default one."""

    default_site = "core.admin.site.TasklyAdminSite"

    def ready(self) -> None:
        """Register every app's admin. Rights come from memberships: there are no groups."""
        super().ready()
        admin.site.unregister(apps.get_model("auth.Group"))

"""Every address of the installation."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("health/", include("core.health")),
    path("admin/", admin.site.urls),
]

handler500 = "core.outage.server_error"

"""Every address of the installation."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from config.api import router
from core.api.docs import DocsScriptView, DocsView, SchemaView
from core.api.edge import UnknownAddress
from integrations.api.urls import deliveries
from search.pages import search_page
from search.palette import palette
from workspaces.admin import switch_view

urlpatterns = [
    path("health/", include("core.health")),
    path("", include("core.scripts")),
    path("admin/search/", admin.site.admin_view(search_page), name="search-page"),
    path("admin/palette/", admin.site.admin_view(palette), name="palette"),
    path("admin/switch/", admin.site.admin_view(switch_view), name="workspace-switch"),
    path("admin/", admin.site.urls),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", DocsView.as_view(), name="docs"),
    path("api/docs/script.js", DocsScriptView.as_view(), name="docs-script"),
    path("api/v1/", include("workspaces.api.urls")),
    path("api/v1/", include("assistant.api.urls")),
    path("api/v1/", include(router.urls)),
    # The last of the API's: what no route answers is a problem document as well.
    re_path(r"^api/", UnknownAddress.as_view()),
    path("webhooks/", include(deliveries)),
    re_path(r"^webhooks/", UnknownAddress.as_view()),
    path("", include("workspaces.pages.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]

handler400 = "core.api.problems.bad_request"
handler403 = "core.api.problems.permission_denied"
handler404 = "core.api.problems.not_found"

handler500 = "core.outage.server_error"

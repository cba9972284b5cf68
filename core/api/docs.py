"""The OpenAPI document, and Swagger UI over it, from this server's own files.

The stock page holds its script and style inline, and drf-spectacular's split view holds the style.
Here page, style and script are three addresses, so that they run under the site's policy.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import View
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.edge import EdgeMixin
from core.api.rendering import to_json

_documents: dict[str, Any] = {}

SIDECAR = "drf_spectacular_sidecar/swagger-ui-dist"


class SchemaView(EdgeMixin, SpectacularAPIView):
    """The OpenAPI 3 document of this API, as JSON or (by Accept) YAML."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]
    permission_classes = ()

    def _get_schema_response(self, request: Request) -> Response:
        """The document, made once for each language: it is the same for every caller."""
        language = get_language() or ""
        if language not in _documents:
            generator = self.generator_class()
            _documents[language] = generator.get_schema(request=None, public=True)
        return Response(_documents[language])


class DocsView(View):
    """Swagger UI."""

    @method_decorator(ensure_csrf_cookie)
    def get(self, request: HttpRequest) -> HttpResponse:
        """The page: an element to draw in, and addresses of what draws."""
        return render(
            request,
            "api/docs.html",
            {
                "stylesheet": static(f"{SIDECAR}/swagger-ui.css"),
                "bundle": static(f"{SIDECAR}/swagger-ui-bundle.js"),
            },
        )


class DocsScriptView(View):
    """The script that starts Swagger UI, with this installation's addresses in it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """A script: one call with the settings as JSON."""
        options: dict[str, Any] = {
            **spectacular_settings.SWAGGER_UI_SETTINGS,
            "url": reverse("schema"),
            "dom_id": "#swagger-ui",
        }
        names = {"cookie": settings.CSRF_COOKIE_NAME, "header": "X-CSRFToken"}
        script = b"startDocs(%s, %s);\n" % (to_json(options), to_json(names))
        return HttpResponse(script, content_type="text/javascript; charset=utf-8")

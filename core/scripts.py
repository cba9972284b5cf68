"""What scripts need beside their files: their words, and how modules find each other."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.i18n import JavaScriptCatalog
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ScriptStorage(CompressedManifestStaticFilesStorage):
    """Collected files, where a module's imports name the file that was collected as well."""

    support_js_module_import_aggregation = True


class WordsView(JavaScriptCatalog):
    """Django's catalogue of what scripts say, in the language of the address.

    The language stands in the address, so that a browser may keep it: what the page speaks and
    what its scripts speak can't differ after the language has been changed.
    """

    domain = "djangojs"

    @method_decorator(cache_control(public=True, max_age=600))
    def get(self, request: HttpRequest, language: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not translation.check_for_language(language):
            raise Http404
        with translation.override(language):
            return super().get(request, *args, **kwargs)


urlpatterns = [path("words/<str:language>.js", WordsView.as_view(), name="words")]

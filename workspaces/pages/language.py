"""Choosing the language: on the sign-in page and in the menu of the person."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import LANGUAGE_QUERY_PARAMETER, set_language

from workspaces import services
from workspaces.models import User


@require_POST
def language_page(request: HttpRequest) -> HttpResponse:
    """Speak the language that the form names; none is whatever the browser asks for.

    The browser keeps the choice in Django's cookie; of a signed-in person it is kept as well, so
    that their other browsers and their mails follow it.
    """
    language = request.POST.get(LANGUAGE_QUERY_PARAMETER, "")
    if language in User.Language.values and isinstance(request.user, User):
        services.user_update(user=request.user, actor=request.user, language=language)
    response = set_language(request)
    if not language:
        response.delete_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            samesite="Lax",
        )
    return response

"""The headers that neither Django nor django-csp sets, on every answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADERS = {
    # No other site may embed what we serve, not even an image.
    "Cross-Origin-Resource-Policy": "same-origin",
    # Taskly asks for nothing of this, so a script that got in can't either.
    "Permissions-Policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), payment=(), usb=()"
    ),
}


class SecurityHeadersMiddleware:
    """Sets them where the answer doesn't have its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

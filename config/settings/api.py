"""What the API's libraries are told: Django REST framework, drf-spectacular and simplejwt."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {}
SPECTACULAR_SETTINGS: dict[str, Any] = {}
SIMPLE_JWT: dict[str, Any] = {}

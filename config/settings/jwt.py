"""What simplejwt is told; the keys are Django's own ring, all of which are tried."""

from datetime import timedelta
from typing import Any

SIMPLE_JWT: dict[str, Any] = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ALGORITHM": "HS256",
    "ISSUER": "taskly",
    "AUDIENCE": "taskly-api",
    "USER_ID_CLAIM": "sub",
    "UPDATE_LAST_LOGIN": False,
}

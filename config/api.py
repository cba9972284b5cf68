"""The API's router: every collection by its name, whichever app it stands in."""

from core.api.routers import Router

router = Router()

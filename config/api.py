"""The API's router: every collection by its name, whichever app it stands in."""

from boards.api import urls as boards
from cards.api import urls as cards
from core.api.routers import Router

router = Router()
boards.register(router)
cards.register(router)

"""The API's router: every collection by its name, whichever app it stands in."""

from boards.api import urls as boards
from cards.api import urls as cards
from core.api.routers import Router
from workspaces.api import urls as workspaces

router = Router()
workspaces.register(router)
boards.register(router)
cards.register(router)

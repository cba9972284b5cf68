"""The API's router: every collection by its name, whichever app it stands in."""

from activity.api import urls as activity
from assistant.api import urls as assistant
from boards.api import urls as boards
from cards.api import urls as cards
from core.api.routers import Router
from decisions.api import urls as decisions
from discussions.api import urls as discussions
from integrations.api import urls as integrations
from projects.api import urls as projects
from search.api import urls as search
from workspaces.api import urls as workspaces

router = Router()
for app in (
    workspaces,
    projects,
    boards,
    cards,
    discussions,
    decisions,
    activity,
    search,
    assistant,
    integrations,
):
    app.register(router)

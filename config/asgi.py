"""The ASGI application: the same project for a server of streams."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# With the pool and the limits of what serves: see config/settings/database.py.
os.environ.setdefault("TASKLY_SERVING", "1")
application = get_asgi_application()

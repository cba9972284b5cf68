"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# With the pool and the limits of what serves: see config/settings/database.py.
os.environ.setdefault("TASKLY_SERVING", "1")
application = get_wsgi_application()

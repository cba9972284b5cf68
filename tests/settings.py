"""What the tests change about the settings.

Not beside them: importing a module of that package would load the settings before this file could
say anything.
"""

import os
import secrets

# The tests need no secret that anybody keeps: a new one for each run, which its workers inherit.
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
# On a busy machine a lock is held for long, and no test is about how long it is waited for.
for limit in ("TASKLY_LOCK_TIMEOUT_MS", "TASKLY_MIGRATION_LOCK_TIMEOUT_MS"):
    os.environ.setdefault(limit, "60000")

from config.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Limits are counted across processes: the tests of the limits set their own.
TASKLY_RATE_USER = TASKLY_RATE_ANONYMOUS = 0

# Static files are served as they lie in the packages, whether or not somebody collected them; each
# is looked for when it is asked for, and not all of them whenever a test makes a client.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

# Where all workers have browsers to serve, a new connection waits for its turn.
DATABASES["default"]["OPTIONS"]["connect_timeout"] = 60

# Tests that tell of the past, or look at plans, become the owner for a moment, as they can on a
# server of one's own: here too they sign in as the owner, and are the application.
if EMBEDDED and DATABASE_OWNER is not None:
    DATABASES["default"]["USER"] = DATABASE_OWNER["USER"]
    DATABASES["default"]["OPTIONS"]["assume_role"] = "taskly_app"

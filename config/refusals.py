"""Why Taskly may not start: told to a person in a sentence, without a traceback."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError

from config.database.base import DatabaseUnavailable
from config.embedded import EmbeddedError

REFUSALS = (ImproperlyConfigured, DatabaseUnavailable, EmbeddedError, CommandError)

"""Indexes with names as long as PostgreSQL allows."""

from django.db import models


class Index(models.Index):
    """Django's index, whose name may say table, columns and purpose: 63 characters, not 30."""

    max_name_length = 63

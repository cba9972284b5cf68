"""A hasher that counts."""

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    """MD5, and how often."""

    count = 0

    def encode(self, password, salt):
        type(self).count += 1
        return super().encode(password, salt)

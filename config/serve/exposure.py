"""What may not be reachable from other machines: accounts whose password everybody knows."""

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from config.settings.environment import is_loopback

KNOWN_PASSWORDS = ("taskly-demo", "password")
# Checking one password takes a third of a second, by design: the demo's people come first, who
# are the oldest, then whoever can do most harm.
MOST_CHECKED = 40


def refuse_known_passwords(host: str) -> None:
    """Refuse to listen on an address that others reach while a demo password still works."""
    if is_loopback(host):
        return
    open_doors = accounts_with_known_password()
    if open_doors:
        names = ", ".join(open_doors)
        raise ImproperlyConfigured(
            f"HOST={host} can be reached from other machines, but everybody knows the password "
            f"of: {names}.\nChange each one:\n"
            + "\n".join(f"    .venv/bin/python manage.py changepassword {n}" for n in open_doors)
            + "\nor start over without the demo:\n"
            "    .venv/bin/python manage.py reset --no-demo && TASKLY_DEMO=0 make run"
        )


def accounts_with_known_password() -> list[str]:
    """The usernames of active people who can sign in with a password out of the documentation."""
    people = get_user_model().objects.filter(is_active=True)
    people = people.exclude(Q(password__startswith=UNUSABLE_PASSWORD_PREFIX))
    oldest = people.order_by("pk")[:MOST_CHECKED]
    mightiest = people.filter(Q(is_superuser=True) | Q(is_staff=True)).order_by("pk")[:MOST_CHECKED]
    suspects = {person.pk: person for person in (*oldest, *mightiest)}
    return sorted(
        person.get_username()
        for person in suspects.values()
        if any(check_password(known, person.password) for known in KNOWN_PASSWORDS)
    )

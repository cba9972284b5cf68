"""Accounts: made, changed, switched off and on, deleted."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import Forbidden, RuleViolation, check_version
from core.identifiers import uuid7
from workspaces.models import AccessToken, SignIn, User, Workspace, WorkspaceMember
from workspaces.services.members import refuse_last_admin
from workspaces.services.workspaces import (
    user_lock,
    workspace_of_one_ensure,
    workspace_remove,
    workspaces_lock,
)

CHANGEABLE = ("username", "email", "full_name", "avatar_url", "language")
_UNSET: Any = object()


class AccountGone(RuleViolation):
    """The account was deleted in the meantime."""

    status = 404
    code = "not_found"
    message = _("There is no such account any more.")


def require_operator(actor: User | None) -> None:
    """Refuse anybody but an operator; `None` is the installation itself (a command)."""
    if actor is not None and not actor.is_superuser:
        raise Forbidden(_("Only an operator of the installation may do this."))


def require_self_or_operator(actor: User | None, user: User) -> None:
    """Accounts span workspaces, so being an admin of one of them isn't enough."""
    if actor is not None and actor.pk != user.pk:
        require_operator(actor)


def user_create(
    *,
    username: str,
    email: str,
    password: str | None,
    actor: User | None,
    full_name: str = "",
    avatar_url: str = "",
    github_id: int | None = None,
    is_staff: bool = False,
    is_superuser: bool = False,
    check_password: bool = True,
) -> User:
    """Make an account and its private workspace. Without a password nobody can sign in by one.

    `check_password=False` lets a password through that the validators refuse; it is for the demo
    and for a terminal whose person insisted.
    """
    require_operator(actor)
    user = user_new(
        username=username,
        email=email,
        password=password,
        check_password=check_password,
        full_name=full_name,
        avatar_url=avatar_url,
        github_id=github_id,
        is_staff=is_staff,
        is_superuser=is_superuser,
    )
    with acting(actor, "user.created"):
        user_insert(user)
    return user


def user_new(
    *,
    username: str,
    email: str,
    password: str | None,
    check_password: bool = True,
    full_name: str = "",
    **fields: Any,
) -> User:
    """A person as they would be, checked but not inserted: they may be their own first actor."""
    user = User(
        id=uuid7(),
        username=username.strip(),
        email=email.strip(),
        full_name=full_name.strip(),
        **fields,
    )
    user_check(user)
    if password is not None and check_password:
        password_check(password, user)
    user.set_password(password)
    return user


def user_insert(user: User) -> None:
    """Insert a person with their private workspace, for a caller who may let them in."""
    user.save(force_insert=True)
    workspace_of_one_ensure(user=user)


def user_update(
    *,
    user: User,
    actor: User | None,
    username: str = _UNSET,
    email: str = _UNSET,
    full_name: str = _UNSET,
    avatar_url: str = _UNSET,
    language: str = _UNSET,
    is_superuser: bool = _UNSET,
    expected_version: int | None = None,
) -> User:
    """Change what an account shows; who is an operator is for operators to say."""
    require_self_or_operator(actor, user)
    values = (username, email, full_name, avatar_url, language)
    given = {
        name: value.strip()
        for name, value in zip(CHANGEABLE, values, strict=True)
        if value is not _UNSET
    }
    with acting(actor, "user.updated"):
        user = user_lock_present(user)
        check_version(user, expected_version)
        changed = [name for name, value in given.items() if getattr(user, name) != value]
        for name in changed:
            setattr(user, name, given[name])
        if is_superuser is not _UNSET and is_superuser != user.is_superuser:
            require_operator(actor)
            user.is_superuser = is_superuser
            changed.append("is_superuser")
        if changed:
            user_check(user)
            user.save(update_fields=changed)
        return user


def user_deactivate(
    *,
    user: User,
    actor: User | None,
    at: datetime.datetime,
    expected_version: int | None = None,
) -> User:
    """Shut a person out at once, keeping their places; refused for a workspace's last admin.

    Their access tokens are revoked for good, so that nothing forgotten comes back to life when
    the person does.
    """
    require_operator(actor)
    with acting(actor, "user.deactivated"):
        user = _lock_with_workspaces(user)
        check_version(user, expected_version)
        if not user.is_active:
            return user
        refuse_last_admin(user_id=user.pk, workspace_ids=_workspace_ids(user))
        user.is_active = False
        user.auth_generation += 1
        user.save(update_fields=["is_active", "auth_generation"])
        credentials_drop(user, at=at, with_access_tokens=True)
        return user


def user_reactivate(*, user: User, actor: User | None, expected_version: int | None = None) -> User:
    """Let a deactivated person in again."""
    require_operator(actor)
    with acting(actor, "user.reactivated"):
        user = user_lock_present(user)
        check_version(user, expected_version)
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
        return user


def user_delete(
    *,
    user: User,
    actor: User | None,
    at: datetime.datetime,
    expected_version: int | None = None,
) -> None:
    """Delete an account: the row stays for authorship, everything that is theirs alone goes.

    The private workspace goes with all that is in it, and so do memberships (cards lose them as
    assignee), sign-ins and tokens. Username, email and GitHub id become free. Refused for the
    last admin of a workspace that others may be in.
    """
    require_self_or_operator(actor, user)
    with acting(actor, "user.deleted"):
        user = _lock_with_workspaces(user)
        check_version(user, expected_version)
        refuse_last_admin(user_id=user.pk, workspace_ids=_workspace_ids(user))
        for private in Workspace.objects.filter(personal_for=user):
            workspace_remove(private)
        WorkspaceMember.objects.filter(user=user).delete()
        credentials_drop(user, at=at, with_access_tokens=True)
        user.set_unusable_password()
        user.github_access_token = None
        user.is_active = user.is_staff = user.is_superuser = False
        user.auth_generation += 1
        user.deleted_at = at
        user.save(
            update_fields=[
                "password",
                "github_access_token",
                "is_active",
                "is_staff",
                "is_superuser",
                "auth_generation",
                "deleted_at",
            ]
        )


def credentials_drop(user: User, *, at: datetime.datetime, with_access_tokens: bool) -> None:
    """End everything that signs the person in, but the password."""
    SignIn.objects.filter(user=user).delete()
    if with_access_tokens:
        AccessToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at)


def user_lock_present(user: User) -> User:
    """Lock an account that must not have been deleted meanwhile."""
    locked = user_lock(user.pk)
    if locked.deleted_at is not None:
        raise AccountGone()
    return locked


def user_check(user: User) -> None:
    """Length and form, by field; what is taken already is the database's to know."""
    user.clean_fields(exclude={"id", "password", "last_login"})
    try:
        validate_email(user.email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    if "@" in user.username or any(each.isspace() for each in user.username):
        raise ValidationError({"username": _("A username has no @ and no spaces.")})


def password_check(password: str, user: User, field: str = "password") -> None:
    """The validators' word on a password, under the field's name."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error


def _workspace_ids(user: User) -> list[Any]:
    return list(WorkspaceMember.objects.filter(user=user).values_list("workspace_id", flat=True))


def _lock_with_workspaces(user: User) -> User:
    """Lock the workspaces that the person is in, then the person."""
    workspaces_lock(_workspace_ids(user))
    return user_lock_present(user)

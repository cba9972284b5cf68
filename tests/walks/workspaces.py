"""People, workspaces and signing in."""

import datetime

from django.utils import timezone

from tests.factories import (
    AccessTokenFactory,
    InvitationFactory,
    MemberFactory,
    UserFactory,
    WorkspaceFactory,
)
from tests.walks.case import ME, Case
from tests.walks.sql import NOBODY, inserting, update
from workspaces.models import WorkspaceMember

WORKSPACE = {"id": "workspace"}
IN_WORKSPACE = {"workspace_id": "workspace"}
MEMBER = {**IN_WORKSPACE, "member_id": "membership"}
INVITATION = {**IN_WORKSPACE, "invitation_id": "invitation"}
PASSWORD = "correct horse battery staple"

CASES = {
    # People
    "GET users/": Case(filters={"workspace": "workspace"}),
    "GET users/{id}/": Case(path={"id": "user"}),
    "GET users/me/": ME,
    "PATCH users/me/": Case(private=True, body=lambda ids: {"full_name": "New Name"}),
    "POST users/me/password/": Case(
        private=True,
        status=204,
        body=lambda ids: {"current_password": PASSWORD, "new_password": "another good passphrase"},
    ),
    "POST users/me/delete/": Case(
        private=True, status=204, body=lambda ids: {"current_password": PASSWORD}
    ),
    "GET tokens/": ME,
    "POST tokens/": Case(private=True, status=201, body=lambda ids: {"name": "A token"}),
    "GET tokens/{id}/": Case(path={"id": "token"}),
    "DELETE tokens/{id}/": Case(path={"id": "token"}, status=204),
    # Signing in
    "POST auth/token/": Case(
        public=True, body=lambda ids: {"username": "admin", "password": PASSWORD}
    ),
    "POST auth/token/refresh/": Case(public=True, body=lambda ids: {"refresh": ids["refresh"]}),
    "POST auth/token/verify/": Case(public=True, body=lambda ids: {"token": ids["refresh"]}),
    "POST auth/token/revoke/": Case(
        public=True, status=204, body=lambda ids: {"refresh": ids["refresh"]}
    ),
    "POST auth/revoke-all/": Case(private=True, status=204),
    "POST auth/password-reset/": Case(
        public=True, status=204, body=lambda ids: {"email": "admin@example.com"}
    ),
    "POST auth/password-reset/confirm/": Case(
        public=True,
        status=204,
        body=lambda ids: {
            "uid": ids["reset_uid"],
            "token": ids["reset_token"],
            "new_password": "another good passphrase",
        },
    ),
    # Workspaces
    "GET workspaces/": Case(),
    "POST workspaces/": Case(
        private=True, status=201, body=lambda ids: {"name": "New", "key": "NEW"}
    ),
    "GET workspaces/{id}/": Case(path=WORKSPACE),
    "PATCH workspaces/{id}/": Case(
        path=WORKSPACE, body=lambda ids: {"name": "New"}, admin_only=True
    ),
    "DELETE workspaces/{id}/": Case(path=WORKSPACE, status=204, admin_only=True),
    "GET workspaces/{workspace_id}/members/": Case(path=IN_WORKSPACE, filters={"user": "user"}),
    "POST workspaces/{workspace_id}/members/": Case(
        path=IN_WORKSPACE,
        body=lambda ids: {"user": ids["colleague"]},
        body_ids={"user": "colleague"},
        status=201,
        admin_only=True,
    ),
    "GET workspaces/{workspace_id}/members/{member_id}/": Case(path=MEMBER),
    "PATCH workspaces/{workspace_id}/members/{member_id}/": Case(
        path=MEMBER, body=lambda ids: {"role": "admin"}, admin_only=True
    ),
    "DELETE workspaces/{workspace_id}/members/{member_id}/": Case(
        path=MEMBER, status=204, admin_only=True
    ),
    "GET workspaces/{workspace_id}/invitations/": Case(path=IN_WORKSPACE, admin_only=True),
    "POST workspaces/{workspace_id}/invitations/": Case(
        path=IN_WORKSPACE,
        body=lambda ids: {"email": "new@example.com"},
        status=201,
        admin_only=True,
    ),
    "GET workspaces/{workspace_id}/invitations/{invitation_id}/": Case(
        path=INVITATION, admin_only=True
    ),
    "DELETE workspaces/{workspace_id}/invitations/{invitation_id}/": Case(
        path=INVITATION, status=204, admin_only=True
    ),
    "POST invitations/accept/": Case(
        public=True,
        status=201,
        body=lambda ids: {
            "token": ids["invitation_token"],
            "username": "newcomer",
            "password": "another good passphrase",
        },
    ),
}

READS = {
    "GET tokens/": 1,
    "GET tokens/{id}/": 1,
    "GET users/": 1,
    "GET users/me/": 1,
    "GET users/{id}/": 1,
    "GET workspaces/": 1,
    "GET workspaces/{id}/": 1,
    "GET workspaces/{workspace_id}/invitations/": 3,
    "GET workspaces/{workspace_id}/invitations/{invitation_id}/": 3,
    "GET workspaces/{workspace_id}/members/": 2,
    "GET workspaces/{workspace_id}/members/{member_id}/": 2,
}


def tenant(ids, workspace, person):
    """A membership, an invitation, a token, and somebody whom the admin could take in."""
    third = WorkspaceFactory(created_by=workspace.created_by)
    return {
        "workspace": workspace.pk,
        "user": person.pk,
        "membership": WorkspaceMember.objects.get(workspace=workspace, user=person).pk,
        "invitation": InvitationFactory(workspace=workspace).pk,
        "token": AccessTokenFactory(
            user=workspace.created_by, expires_at=timezone.now() + datetime.timedelta(days=1)
        ).pk,
        "colleague": MemberFactory(workspace=third).user_id,
    }


def grow(number, ids, workspace, people):
    for _time in range(number):
        MemberFactory(workspace=workspace)
        InvitationFactory(workspace=workspace)
        for person in people:
            AccessTokenFactory(user=person)
            MemberFactory(user=person)


def fill(card):
    InvitationFactory(workspace=card.workspace)
    AccessTokenFactory(user=card.created_by)


DEFAULTS = {
    "users": {
        "id": "gen_random_uuid()",
        "username": "'new'",
        "email": "'new@example.com'",
        "password": "'!'",
    },
    "workspaces": {
        "id": "gen_random_uuid()",
        "name": "'New'",
        "key": "'NEW'",
        "created_by_id": "%(admin)s",
    },
    "workspace_members": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "user_id": "%(outsider)s",
    },
    "workspace_invitations": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "email": "'new@example.com'",
        "token_hash": "'new'",
        "invited_by_id": "%(admin)s",
        "expires_at": "now()",
    },
    "access_tokens": {
        "id": "gen_random_uuid()",
        "user_id": "%(admin)s",
        "name": "'T'",
        "token_hash": "'new'",
        "prefix": "'t'",
    },
    "sign_ins": {
        "id": "gen_random_uuid()",
        "user_id": "%(admin)s",
        "refresh_id": "gen_random_uuid()",
        "expires_at": "now()",
    },
    "sign_in_attempts": {
        "key": "'new'",
        "failures": "0",
    },
    "idempotency_records": {
        "scope": "'new'",
        "request_hash": "'new'",
        "status": "200",
        "headers": "'{}'",
        "body": "''",
        "withheld": "false",
    },
}
insert = inserting(DEFAULTS)


def things(cast):
    """Rows for the statements below, by the names that they use."""
    invitation = InvitationFactory(workspace=cast["workspace"], email="guest@example.com")
    token = AccessTokenFactory(user=cast["admin"])
    UserFactory(username="octocat", github_id=12345)
    return {
        "private": WorkspaceFactory(
            key="PRIV", created_by=cast["admin"], personal_for=cast["admin"]
        ).pk,
        "membership": cast["workspace"].memberships.first().pk,
        "invitation": invitation.pk,
        "token": token.pk,
        "token_hash": invitation.token_hash,
        "access_hash": token.token_hash,
        "author": UserFactory(username="author").pk,
    }


UNCHANGING = {
    ("workspaces", "key"),
    ("workspace_members", "workspace_id"),
    ("workspace_members", "user_id"),
    ("workspace_invitations", "workspace_id"),
    ("access_tokens", "user_id"),
}

BROKEN = [
    # People
    ("users_pkey", "id", 409, insert("users", id="%(admin)s")),
    ("users_username_unique", "username", 409, insert("users", username="'ADMIN'")),
    ("users_email_unique", "email", 409, insert("users", email="'Admin@Example.com'")),
    (
        "users_github_id_unique",
        "github_id",
        409,
        insert("users", github_id="12345"),
    ),
    ("users_username_valid", "username", 400, insert("users", username="'a@b'")),
    ("users_username_valid", "username", 400, insert("users", username="''")),
    ("users_username_valid", "username", 400, insert("users", username="'a b'")),
    ("users_email_valid", "email", 400, insert("users", email="'nowhere'")),
    ("users_email_valid", "email", 400, insert("users", email="''")),
    ("users_avatar_url_https", "avatar_url", 400, insert("users", avatar_url="'http://a.b/c'")),
    ("users_avatar_url_https", "avatar_url", 400, insert("users", avatar_url="'javascript:1'")),
    ("users_language_known", "language", 400, insert("users", language="'de'")),
    ("users_github_id_positive", "github_id", 400, insert("users", github_id="0")),
    ("users_deleted_inactive", "deleted_at", 400, update("users", "deleted_at = now()", "member")),
    ("users_auth_generation_check", "auth_generation", 400, insert("users", auth_generation="-1")),
    (
        "workspace_members_last_admin",
        "role",
        409,
        update("users", "is_active = false", "admin"),
    ),
    (
        "workspace_members_last_admin",
        "role",
        409,
        update("users", "is_active = false, deleted_at = now()", "admin"),
    ),
    ("users_id_unchanging", "id", 400, update("users", f"id = {NOBODY}", "member")),
    # Workspaces
    ("workspaces_pkey", "id", 409, insert("workspaces", id="%(workspace)s")),
    ("workspaces_key_unique", "key", 409, insert("workspaces", key="'ACME'")),
    ("workspaces_key_valid", "key", 400, insert("workspaces", key="'acme'")),
    ("workspaces_key_valid", "key", 400, insert("workspaces", key="'A'")),
    ("workspaces_key_valid", "key", 400, insert("workspaces", key="'1A'")),
    ("workspaces_key_valid", "key", 400, insert("workspaces", key="'Ä1'")),
    ("workspaces_key_unchanging", "key", 400, update("workspaces", "key = 'ACME2'")),
    ("workspaces_name_given", "name", 400, update("workspaces", "name = ' '")),
    (
        "workspaces_one_private_per_user",
        "personal_for",
        409,
        insert("workspaces", personal_for_id="%(admin)s"),
    ),
    (
        "workspaces_personal_for_id_unchanging",
        "personal_for",
        400,
        update("workspaces", "personal_for_id = %(member)s"),
    ),
    ("workspaces_created_by_fk", "created_by", 400, insert("workspaces", created_by_id=NOBODY)),
    (
        "workspaces_personal_for_fk",
        "personal_for",
        400,
        insert("workspaces", personal_for_id=NOBODY),
    ),
    (
        "workspace_members_last_admin",
        "role",
        409,
        insert("workspaces") + "; SET CONSTRAINTS workspaces_first_admin IMMEDIATE",
    ),
    ("workspaces_id_unchanging", "id", 400, update("workspaces", f"id = {NOBODY}")),
    # Members
    ("workspace_members_pkey", "id", 409, insert("workspace_members", id="%(membership)s")),
    ("workspace_members_unique", "user", 409, insert("workspace_members", user_id="%(member)s")),
    ("workspace_members_role_valid", "role", 400, insert("workspace_members", role="'owner'")),
    ("workspace_members_user_fk", "user", 400, insert("workspace_members", user_id=NOBODY)),
    (
        "workspace_members_workspace_fk",
        "workspace",
        400,
        insert("workspace_members", workspace_id=NOBODY),
    ),
    (
        "workspace_members_last_admin",
        "role",
        409,
        "UPDATE workspace_members SET role = 'member' WHERE user_id = %(admin)s",
    ),
    (
        "workspace_members_last_admin",
        "role",
        409,
        "DELETE FROM workspace_members WHERE user_id = %(admin)s",
    ),
    (
        "workspace_members_workspace_id_unchanging",
        "workspace",
        400,
        update("workspace_members", "workspace_id = %(other_workspace)s", "membership"),
    ),
    (
        "workspace_members_user_id_unchanging",
        "user",
        400,
        update("workspace_members", "user_id = %(outsider)s", "membership"),
    ),
    (
        "workspace_members_private_of_one",
        "user",
        400,
        insert("workspace_members", workspace_id="%(private)s"),
    ),
    # Invitations
    ("workspace_invitations_pkey", "id", 409, insert("workspace_invitations", id="%(invitation)s")),
    (
        "workspace_invitations_token_unique",
        "token_hash",
        409,
        insert("workspace_invitations", token_hash="%(token_hash)s"),
    ),
    (
        "workspace_invitations_one_open_per_email",
        "email",
        409,
        insert("workspace_invitations", email="'Guest@Example.com'"),
    ),
    (
        "workspace_invitations_role_valid",
        "role",
        400,
        insert("workspace_invitations", role="'owner'"),
    ),
    (
        "workspace_invitations_email_valid",
        "email",
        400,
        insert("workspace_invitations", email="'nowhere'"),
    ),
    (
        "workspace_invitations_accepted_or_revoked",
        "accepted_at",
        400,
        insert("workspace_invitations", accepted_at="now()", revoked_at="now()"),
    ),
    (
        "workspace_invitations_workspace_fk",
        "workspace",
        400,
        insert("workspace_invitations", workspace_id=NOBODY),
    ),
    (
        "workspace_invitations_invited_by_fk",
        "invited_by",
        400,
        insert("workspace_invitations", invited_by_id=NOBODY),
    ),
    (
        "workspace_invitations_workspace_id_unchanging",
        "workspace",
        400,
        update("workspace_invitations", "workspace_id = %(other_workspace)s", "invitation"),
    ),
    # Tokens and sign-ins
    ("access_tokens_pkey", "id", 409, insert("access_tokens", id="%(token)s")),
    (
        "access_tokens_token_unique",
        "token_hash",
        409,
        insert("access_tokens", token_hash="%(access_hash)s"),
    ),
    ("access_tokens_scope_valid", "scope", 400, insert("access_tokens", scope="'admin'")),
    ("access_tokens_name_given", "name", 400, insert("access_tokens", name="' '")),
    (
        "access_tokens_user_id_unchanging",
        "user",
        400,
        update("access_tokens", "user_id = %(member)s", "token"),
    ),
    ("access_tokens_user_fk", "user", 400, insert("access_tokens", user_id=NOBODY)),
    (
        "sign_ins_pkey",
        "id",
        409,
        f"{insert('sign_ins', id=NOBODY)}, ({NOBODY}, %(admin)s, {NOBODY}, now())",
    ),
    ("sign_ins_user_fk", "user", 400, insert("sign_ins", user_id=NOBODY)),
    ("sign_in_attempts_pkey", "key", 409, f"{insert('sign_in_attempts')}, ('new', 1)"),
    ("sign_in_attempts_failures_check", "failures", 400, insert("sign_in_attempts", failures="-1")),
    (
        "idempotency_records_pkey",
        "scope",
        409,
        f"{insert('idempotency_records')}, ('new', 'new', 200, '{{}}', '', false)",
    ),
    (
        "idempotency_records_status_check",
        "status",
        400,
        insert("idempotency_records", status="-1"),
    ),
]  # fmt: skip

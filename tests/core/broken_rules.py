"""One raw SQL statement, or more, for each rule that the tables hold: what it breaks, and where.

Each is (constraint, field, status, statement). A constraint that no line names fails
test_constraints.py.
"""

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
    "boards": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "name": "'New'",
        "columns": "%(new_columns)s",
    },
    "sprints": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "name": "'New'",
        "start_date": "'2026-01-01'",
        "end_date": "'2026-01-14'",
    },
    "cards": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "column_id": "%(column)s",
        "position": "77",
        "title": "'New'",
        "metadata": "'{}'",
        "created_by_id": "%(admin)s",
    },
    "card_assignees": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "card_id": "%(card)s",
        "user_id": "%(admin)s",
    },
    "sign_ins": {
        "id": "gen_random_uuid()",
        "user_id": "%(admin)s",
        "refresh_id": "gen_random_uuid()",
        "expires_at": "now()",
    },
    "sign_in_attempts": {"key": "'new'", "failures": "0"},
    "idempotency_records": {
        "scope": "'new'",
        "request_hash": "'new'",
        "status": "200",
        "headers": "'{}'",
        "body": "''",
        "withheld": "false",
    },
}


def insert(table, **changed):
    values = DEFAULTS[table] | changed
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def update(table, assignment, row=""):
    return f"UPDATE {table} SET {assignment} WHERE id = %({row or table[:-1]})s"


def columns(changed):
    """The board's columns with `changed` laid over the first one."""
    return update("boards", f"columns = jsonb_set(columns, '{{0}}', columns -> 0 || '{changed}')")


def label(id="'1'", name="'Bug'", color="'#aa0000'", **more):
    pairs = {"id": id, "name": name, "color": color, **more}
    inside = ", ".join(f"'{key}', {value}" for key, value in pairs.items())
    return f"jsonb_build_object({inside})"


def labels(*each):
    built = f"jsonb_build_object('labels', jsonb_build_array({', '.join(each)}))"
    return update("cards", f"metadata = {built}")


def metadata(text):
    return update("cards", f"metadata = '{text}'")


NOBODY = "'00000000-0000-7000-8000-000000000000'"

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
        "workspace_members_last_admin",
        "role",
        409,
        "UPDATE workspace_members SET workspace_id = %(other_workspace)s "
        "WHERE user_id = %(admin)s AND workspace_id = %(workspace)s",
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

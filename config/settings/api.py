"""What the API's libraries are told: Django REST framework, drf-spectacular and simplejwt."""

from typing import Any

from config.settings.environment import env

# Requests a minute; 0 is no limit. By user, and by address for callers who aren't signed in.
TASKLY_RATE_USER = env.whole("TASKLY_RATE_USER", 1200, most=1_000_000)
TASKLY_RATE_ANONYMOUS = env.whole("TASKLY_RATE_ANONYMOUS", 120, most=1_000_000)
# Where this machine's processes count them together; '' is a file in the temporary folder.
TASKLY_RATE_FILE = env.text("TASKLY_RATE_FILE")

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "workspaces.authentication.BearerAuthentication",
        "core.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "core.api.renderers.JSONRenderer",
        "core.api.pages.PageRenderer",
    ],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["core.api.filters.StrictFilterBackend"],
    "DEFAULT_METADATA_CLASS": "core.api.metadata.PlainMetadata",
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.TasklySchema",
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    # An answer's form is negotiated by Accept; a parameter for it would be one more spelling.
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# Markdown: what holds for every operation, before the list of them.
API_DESCRIPTION = """
The REST API of Taskly, a self-hosted project-management server.

**Signing in.** `POST /api/v1/auth/token/` with a username (or email address) and a password answers
with an access and a refresh token; personal access tokens are made under `/api/v1/tokens/`. Either
goes into `Authorization: Bearer …`. In a browser the session of the web pages counts as well.

**Ids.** What the caller may not see doesn't exist: 404 in the address, 400 on the field of a body,
nothing in a filter. Where a card's id stands in an address, its key (`ACME-42`) does too.

**Lists** come by pages: follow `next` until it is null; `page_size` is 50, and 200 at most. An
unknown filter, ordering or field is refused by name.

**Changing.** A PATCH writes the fields that its body names. With `If-Match` (an answer's `ETag`) it
is refused with 412 and the present state where somebody else has changed the row meanwhile. A POST
that is repeated with the same `Idempotency-Key` gets the stored answer.

**Errors** are problem documents (RFC 9457, `application/problem+json`): `code` is what clients can
rely on, `errors` says what is wrong with which field, `request_id` is in the server's log.

**Limits.** `RateLimit` says how many requests are left; after 429 and 503, `Retry-After` says how
long to wait.
"""

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Taskly",
    "DESCRIPTION": API_DESCRIPTION.strip(),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Fields of one name with values of their own, each called after what it belongs to.
    "ENUM_NAME_OVERRIDES": {
        "ProjectStatusEnum": "projects.models.Project.Status",
        "ReleaseStatusEnum": "projects.models.Release.Status",
        "FeatureStatusEnum": "projects.models.Feature.Status",
        "SprintStatusEnum": "boards.models.Sprint.Status",
        "DecisionStatusEnum": "decisions.models.Decision.Status",
        "WorkspaceRoleEnum": "workspaces.models.WorkspaceMember.Role",
        "ProjectRoleEnum": "projects.models.ProjectMember.Role",
        "CardLinkKindEnum": "cards.models.links.CardLink.Kind",
        "DecisionRelationshipKindEnum": "decisions.models.DecisionRelationship.Kind",
    },
    "SORT_OPERATIONS": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "list",
        "displayRequestDuration": True,
        # A validator badge would be fetched from another host.
        "validatorUrl": None,
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.postprocess",
    ],
}

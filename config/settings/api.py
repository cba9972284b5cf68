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

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Taskly",
    "DESCRIPTION": "The REST API of Taskly, a self-hosted project management server.",
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

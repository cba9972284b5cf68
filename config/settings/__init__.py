"""Taskly's settings: read from the environment and `.env`, checked, and safe by default.

This package is the only place that reads the environment. What is said nowhere runs on this
machine alone, with the embedded database and keys of its own; docs/operations.md lists every
variable.
"""

from warnings import filterwarnings

from config.embedded import default_home
from config.keys import Keys, derived_keys, ensure_keys, is_encryption_key
from config.logging import logging_settings
from config.settings import api, jwt
from config.settings.database import database_settings
from config.settings.environment import BASE_DIR, env
from config.settings.mail import mail_settings
from config.settings.security import CONTENT_SECURITY_POLICY as POLICY
from config.settings.security import site_settings

DEBUG = env.flag("DEBUG")
TASKLY_HOME = env.folder("TASKLY_HOME") or default_home(BASE_DIR)

# The database
# ------------
# config/wsgi.py and config/asgi.py say this; commands have a connection each, without limits.
SERVING = env.flag("TASKLY_SERVING")
_database, DATABASE_OWNER = database_settings(env, TASKLY_HOME, serving=SERVING)
DATABASES = {"default": _database}
EMBEDDED = _database["EMBEDDED_HOME"] is not None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKLY_SLOW_QUERY_MS = env.whole("TASKLY_SLOW_QUERY_MS", 500)
TASKLY_DATABASE_WAIT_SECONDS = env.whole("TASKLY_DATABASE_WAIT_SECONDS", 60)
TASKLY_PG_BIN = env.text("TASKLY_PG_BIN")

# Keys
# ----
# Each is a ring, the newest first: the first signs or encrypts, all of them are tried on reading.
_secret_keys = [
    key for key in (env.secret("SECRET_KEY"), *env.secrets("SECRET_KEY_FALLBACKS")) if key
]
if _secret_keys:
    _keys = derived_keys(_secret_keys)
elif (EMBEDDED or DEBUG) and not env.problems:
    _keys = ensure_keys(TASKLY_HOME)
else:
    _keys = Keys((), (), ())
    if not env.problems:
        env.complain(
            "SECRET_KEY",
            "it is missing. Give a secret of 50 characters or more; this makes one: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
        )
SECRET_KEY, SECRET_KEY_FALLBACKS = next(iter(_keys.secret_keys), ""), list(_keys.secret_keys[1:])
# The keys of the hashes by which tokens are kept, and those that encrypt what is kept readable.
TASKLY_TOKEN_KEYS = env.secrets("TASKLY_TOKEN_KEYS") or list(_keys.token_keys)
TASKLY_ENCRYPTION_KEYS = env.secrets("TASKLY_ENCRYPTION_KEYS", shortest=44) or list(
    _keys.encryption_keys
)
if not all(map(is_encryption_key, TASKLY_ENCRYPTION_KEYS)):
    env.complain("TASKLY_ENCRYPTION_KEYS", "a key isn't 32 bytes in URL-safe base 64.")
# Where backup and restore find the files of the keys; None where the environment gives them.
TASKLY_KEYS_HOME = None if _secret_keys else TASKLY_HOME

# The application
# ---------------
INSTALLED_APPS = [
    "samples",
    "integrations",
    "assistant",
    "activity",
    "search",
    "discussions",
    "decisions",
    "cards",
    "boards",
    "projects",
    "workspaces",
    "core",
    "core.admin.apps.TasklyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_linear_migrations",
]
MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "core.middleware.SourceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.security.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "workspaces.middleware.PersonLanguageMiddleware",
    "core.zones.BrowserTimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.middleware.AddressMiddleware",
    "core.outage.OutageMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
REST_FRAMEWORK = api.REST_FRAMEWORK
SPECTACULAR_SETTINGS = api.SPECTACULAR_SETTINGS
SIMPLE_JWT = jwt.SIMPLE_JWT
TASKLY_RATE_USER = api.TASKLY_RATE_USER
TASKLY_RATE_ANONYMOUS = api.TASKLY_RATE_ANONYMOUS
TASKLY_RATE_FILE = api.TASKLY_RATE_FILE
CSRF_FAILURE_VIEW = "core.api.problems.csrf_failure"

# People
# ------
AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["workspaces.backends.PresentUserBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

# Where it is reached, and what browsers are told
# -----------------------------------------------
_site = site_settings(env, DEBUG)
TASKLY_BASE_URL = _site.base_url
TASKLY_PROXIES = _site.proxies
ALLOWED_HOSTS = _site.allowed_hosts
CSRF_TRUSTED_ORIGINS = [TASKLY_BASE_URL]
CONTENT_SECURITY_POLICY = POLICY
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _site.secure_cookies
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = _site.hsts_seconds
# Only who stands behind a proxy that sets the header may believe it; anybody can send it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _site.proxies else None
SECURE_SSL_REDIRECT = _site.https and _site.proxies > 0
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SILENCED_SYSTEM_CHECKS = [
    # Whether a domain's other hosts are all on HTTPS is for their owner to promise, not for us.
    "security.W005",
    "security.W021",
    # Usernames are unique among the people who aren't deleted, and the backend looks only there.
    "auth.W004",
]

# Static files
# ------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Collected files are served compressed and under names that change with them; where nobody has
# run collectstatic they are served from the packages as they are.
_collected = (STATIC_ROOT / "staticfiles.json").is_file() and not DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "core.scripts.ScriptStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if not _collected:
    # Then there is no such folder, and WhiteNoise needn't say so at each start.
    filterwarnings("ignore", message="No directory at", category=UserWarning)
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MANIFEST_STRICT = False

# Mail
# ----
_mail = mail_settings(env)
EMAIL_BACKEND, EMAIL_FILE_PATH = _mail.backend, _mail.folder
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.use_tls, _mail.use_ssl
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Taskly <taskly@localhost>")

# Languages and time
# ------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]

# Data to start from
# ------------------
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Log lines
# ---------
LOGGING = logging_settings(
    level=env.choice("TASKLY_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    form=env.choice("TASKLY_LOG_FORMAT", ("json", "console"), "console" if DEBUG else "json"),
)

env.refuse_problems()

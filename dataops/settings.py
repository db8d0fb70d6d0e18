"""One settings module for every mode; what differs is the environment (docs/reference/configuration.md)."""

import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path

import environ

from dataops import __version__, schedule
from dataops.web import broker, logs, telemetry

BASE_DIR = Path(__file__).resolve().parent.parent
# One job a core: numeric libraries that start a thread per core each would only fight each other.
for _library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_library, "1")
env = environ.Env()
env.read_env(BASE_DIR / ".env")


def _own_secret(path: Path) -> str:
    """A secret that lives beside the data, made once, readable by the owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and linked: processes that start together agree on one, and never read half of it.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


# Where things live
DATAOPS_HOME = Path(env("DATAOPS_HOME", default=str(BASE_DIR / "var"))).resolve()
DATAOPS_HOME.mkdir(parents=True, exist_ok=True)
DATAOPS_VERSION = __version__
MEDIA_ROOT = DATAOPS_HOME / "storage"
FILE_UPLOAD_TEMP_DIR = DATAOPS_HOME / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
# Of this machine: processes of another one may have the same numbers.
METRICS_DIR = DATAOPS_HOME / "metrics" / socket.gethostname()
METRICS_DIR.mkdir(parents=True, exist_ok=True)
os.environ.update(PROMETHEUS_MULTIPROC_DIR=str(METRICS_DIR))

# Who may talk to us
DEBUG = env.bool("DATAOPS_DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or _own_secret(DATAOPS_HOME / "secret_key")
# Probes of this machine come by a loopback name, whatever the public one is.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=[]), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
DEAD_MAN_URL = env("DATAOPS_DEAD_MAN_URL", default="")
METRICS_ALLOWED_ADDRESSES = env.list("METRICS_ALLOWED_ADDRESSES", default=[])
DATAOPS_HTTPS = env.bool("DATAOPS_HTTPS", default=False)
# The first key encrypts stored secrets, every one decrypts them; our own stays usable beside named ones.
SECRETS_KEYS = env.list("DATAOPS_SECRETS_KEYS", default=[])
if not SECRETS_KEYS or (DATAOPS_HOME / "secrets_key").exists():
    SECRETS_KEYS = [*SECRETS_KEYS, _own_secret(DATAOPS_HOME / "secrets_key")]
PUBLIC_URL = env("PUBLIC_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")

# Where data may be fetched from
DATA_ROOTS = env.list("DATAOPS_DATA_ROOTS", default=[])
OUTBOUND_ALLOW = env.list("DATAOPS_OUTBOUND_ALLOW", default=[])
APPRISE_SCHEMAS = env.list("DATAOPS_APPRISE_SCHEMAS", default=[])
OBJECT_PROTOCOLS = env.list("DATAOPS_OBJECT_PROTOCOLS", default=["s3", "gs", "abfs"])

# Limits
MAX_FETCH_ROWS = env.int("DATAOPS_MAX_FETCH_ROWS", default=20_000_000)
MAX_UPLOAD_BYTES = env.int("DATAOPS_MAX_UPLOAD_BYTES", default=1024**3)
MAX_PREDICT_INSTANCES = env.int("DATAOPS_MAX_PREDICT_INSTANCES", default=10_000)
MODEL_CACHE_BYTES = env.int("DATAOPS_MODEL_CACHE_BYTES", default=512 * 1024**2)
MODEL_TRIAL_BYTES = env.int("DATAOPS_MODEL_TRIAL_BYTES", default=4 * 1024**3)
MODEL_TRIAL_SECONDS = env.int("DATAOPS_MODEL_TRIAL_SECONDS", default=300)
CHECK_MEMORY_BYTES = env.int("DATAOPS_CHECK_MEMORY_BYTES", default=4 * 1024**3)
CHECK_CPU_SECONDS = env.int("DATAOPS_CHECK_CPU_SECONDS", default=3600)
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("DATAOPS_MAX_BODY_BYTES", default=20 * 1024**2)
RUN_TIME_LIMIT_SECONDS = env.int("DATAOPS_RUN_TIME_LIMIT_SECONDS", default=1800)

INSTALLED_APPS = [
    "dataops.apps.DataOpsConfig",
    "dataops.web.apps.WebConfig",
    "alerts",
    "quality",
    "models_registry",
    "dashboard",
    "dataops.web.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "template_partials",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "dataops.web.stack.roomy",
    "dataops.web.requests_seen.CountRequests",
    "dataops.web.programs.Programs",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dataops.web.programs.ContentSecurityPolicy",
    "dataops.web.middleware.ResponsePolicyMiddleware",
    "dataops.web.middleware.NoNulMiddleware",
    "dataops.web.middleware.ApiPathMiddleware",
    "dataops.web.middleware.ApiOverHttpsMiddleware",
    "dataops.web.programs.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "dataops.web.programs.Authentication",
    "dataops.web.sight.SightMiddleware",
    "dataops.web.sessions.SessionEndMiddleware",
    "dataops.web.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "dataops.web.middleware.FormAddressMiddleware",
    "dataops.web.programs.Messages",
    "dataops.web.sessions.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dataops.web.middleware.RequestLogMiddleware",
    "dataops.web.middleware.SignInWaitMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "dataops.urls"
WSGI_APPLICATION = "dataops.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.shell",
            ],
            # Every template has words to translate.
            "builtins": ["django.templatetags.i18n"],
        },
    }
]

# Database: SQLite beside the data unless DATABASE_URL says otherwise
_DATABASE_URL = env("DATABASE_URL", default="") or f"sqlite:///{DATAOPS_HOME / 'dataops.sqlite3'}"
DATABASES = {"default": env.db_url_config(_DATABASE_URL)}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at BEGIN, so that two writers wait for each other instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
elif _POOL_SIZE := env.int("DATABASE_POOL_SIZE", default=0):
    # Whoever waits this long for one of them is told that the database cannot be reached.
    _POOL = {"min_size": 1, "max_size": _POOL_SIZE, "timeout": 10}
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "pool": _POOL}
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps them
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Jobs: rows are the queue, Celery is the nudge
CELERY_BROKER_URL = (
    env("CELERY_BROKER_URL", default="") or env("REDIS_URL", default="") or broker.url(DATAOPS_HOME)
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task: a task that outlives it would be delivered again while it still runs.
    "visibility_timeout": RUN_TIME_LIMIT_SECONDS + 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # our sweep decides, it counts the attempts
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = RUN_TIME_LIMIT_SECONDS + 60
CELERY_TASK_SOFT_TIME_LIMIT = RUN_TIME_LIMIT_SECONDS
CELERY_TASK_DEFAULT_QUEUE = "fast"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = schedule.BEAT

# Sign-in
AUTHENTICATION_BACKENDS = [
    "dataops.web.throttle.ThrottledBackend",
    "dataops.web.roles.RolesBackend",
    "dataops.web.locale.PeopleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "login"
ACCOUNT_ADAPTER = "dataops.web.sign_in.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # who invites vouches for the address
ACCOUNT_RATE_LIMITS = False  # dataops.web.throttle counts in the database, for all processes
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if DATAOPS_HTTPS else 0
MFA_ADAPTER = "dataops.web.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "dataops.web.sign_in.CodeForm",
    "reauthenticate": "dataops.web.sign_in.ConfirmingCodeForm",
}
MFA_TOTP_ISSUER = "DataOps Inspector"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not DATAOPS_HTTPS  # browsers ask keys on this machine only, then
OIDC_KEY = "sso"  # stands in the address that the provider leads back to
OIDC_URL = env("DATAOPS_OIDC_URL", default="")
OIDC_NAME = env("DATAOPS_OIDC_NAME", default="your organisation")
SOCIALACCOUNT_ADAPTER = "dataops.web.oidc.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# A form that leads to another site would need a hole in the policy of forms.
SOCIALACCOUNT_LOGIN_ON_GET = True
if OIDC_URL:
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": OIDC_KEY,
                    "name": OIDC_NAME,
                    "client_id": env("DATAOPS_OIDC_CLIENT_ID"),
                    "secret": env("DATAOPS_OIDC_CLIENT_SECRET", default=""),
                    "settings": {"server_url": OIDC_URL},
                }
            ],
        }
    }
SECOND_FACTOR_ROLES = env.list("DATAOPS_SECOND_FACTOR_ROLES", default=[])
TOKEN_LIFETIME_DAYS = env.int("DATAOPS_TOKEN_LIFETIME_DAYS", default=90)

# Browser hardening
SESSION_COOKIE_AGE = 12 * 3600  # from the last request
SESSION_LONGEST_SECONDS = 24 * 3600 * env.int("DATAOPS_SESSION_DAYS", default=7)
if DATAOPS_HTTPS:  # browsers take cookies of these names only from the host itself, over HTTPS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # htmx sends the token from the page, not from the cookie
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dataops.web.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = DATAOPS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if DATAOPS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = DATAOPS_HTTPS
# The API refuses instead: a program that is led on would go on sending its token in the clear.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^api/", r"^v2(/|$)"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if DATAOPS_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": ["'self'", "data:"],
        "font-src": _SELF,
        "connect-src": _SELF,
        "manifest-src": _SELF,
        "form-action": _SELF,
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "dataops.web.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["dataops.web.api.permissions.MayCall"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["dataops.web.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "dataops.web.api.pagination.Page",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "dataops.web.api.problems.handle",
    "PAGE_SIZE": 50,
    "STRICT_JSON": True,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "DataOps Inspector",
    "DESCRIPTION": "Data quality, models and alerts. Errors are `application/problem+json` (RFC 9457).",
    "VERSION": "v1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "RunStatus": "dataops.web.runs.RunState",
        "AlertStatus": "alerts.enums.Status",
        "Severity": "quality.enums.Severity",
        "Outcome": "quality.enums.Outcome",
        "DriftOutcome": "models_registry.enums.DriftOutcome",
        "PerformanceKind": "models_registry.enums.PerformanceKind",
        "DeliveryOutcome": "alerts.enums.AttemptOutcome",
        "MailWhen": "alerts.enums.MailWhen",
        "SubjectType": "alerts.enums.SubjectType",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dataops.web.api.schema.add_problem_responses",
        "dataops.web.api.schema.write_clock_times",
    ],
}

# Static files: hashed and compressed once, served by the web process
STATIC_URL = "static/"
STATIC_ROOT = DATAOPS_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Source maps are for debuggers; compressing the one of Swagger UI takes longer than all the rest.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("br", "gif", "gz", "ico", "jpg", "map", "png", "webp", "woff2")
FILE_UPLOAD_HANDLERS = ["dataops.web.storage.LimitedUploadHandler"]

# Mail: the console until an SMTP server is named
EMAIL_URL = env("EMAIL_URL", default="")
vars().update(env.email_url_config(EMAIL_URL or "consolemail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="DataOps Inspector <dataops@localhost>")

# Words and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "dataops.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Logs
LOGGING_CONFIG = None
LOG_LEVEL = env("LOG_LEVEL", default="INFO").upper()
LOG_FORMAT = env("LOG_FORMAT", default="console")
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # it believes any X-Forwarded-For; throttle.bind_address does not
logs.configure(level=LOG_LEVEL, json=LOG_FORMAT == "json")

if dsn := env("SENTRY_DSN", default=""):
    telemetry.report_errors(dsn, release=__version__)

"""What the environment decides: every variable with its default and effect, read but not set on pages.

The processes read their environment at the start, so a change is one between two starts: ``remember`` is
called at each and records what differs. Values that open doors are never shown; a keyed digest tells them
apart.
"""

import hmac
import os
from dataclasses import dataclass

from django.conf import settings

from dataops.web import global_settings
from dataops.web.declared import Group, Setting
from dataops.web.words import lazy as _

KEY = "environment"
WHERE, SERVERS = _("Where it runs"), _("Servers")
DATA, ACCOUNTS = _("Where data may be fetched from"), _("Secrets and accounts")
LIMITS, FIRST, LOGS = _("Limits"), _("First start"), _("Logs and debugging")
COMPOSE = "Only for docker-compose.yml"


@dataclass(frozen=True, slots=True)
class Variable:
    """``default`` is what counts without it; empty where that is nothing."""

    section: str
    name: str
    default: str
    effect: str
    is_secret: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether the processes see it; the others are read by what starts them."""
        return self.section != COMPOSE

    def now(self) -> str | None:
        """The value in the environment of this process; of a secret only that there is one, and which."""
        value = os.environ.get(self.name) or None
        if value is None or not self.is_secret:
            return value
        digest = hmac.new(f"environment {settings.SECRET_KEY}".encode(), value.encode(), "sha256")
        return f"*** ({digest.hexdigest()[:8]})"


VARIABLES = (
    # Where it runs
    Variable(WHERE, "PORT", "8000", _("Port of the web process.")),
    Variable(
        WHERE,
        "WEB_PROCESSES",
        "1",
        _(
            "Processes that answer pages and API, each with four threads and its own copy of the models "
            "it serves. On two cores two answer about twice the predictions of one."
        ),
    ),
    Variable(
        WHERE,
        "DATAOPS_HOME",
        "./var",
        _(
            "Directory of the data: SQLite database, uploaded files, model artifacts, the broker's queue, "
            "the secret key. Back this up."
        ),
    ),
    Variable(
        WHERE,
        "PUBLIC_URL",
        "http://localhost:PORT",
        _("Address under which people reach the product. Links in e-mails start with it."),
    ),
    Variable(
        WHERE,
        "ALLOWED_HOSTS",
        "localhost,127.0.0.1,[::1]",
        _("Host names that requests may come for. A request for another host is answered with 400."),
    ),
    Variable(
        WHERE,
        "CSRF_TRUSTED_ORIGINS",
        "",
        _(
            "Origins whose forms are taken, such as `https://dataops.example.com`. Needed behind a proxy "
            "that ends HTTPS."
        ),
    ),
    Variable(WHERE, "CORS_ALLOWED_ORIGINS", "", _("Origins whose scripts may call the API from a browser.")),
    Variable(
        WHERE,
        "DATAOPS_HTTPS",
        "0",
        _(
            "Set it behind a proxy that ends HTTPS: cookies only over HTTPS, redirects to HTTPS, HSTS for "
            "a year, `X-Forwarded-Proto` and the last address of `X-Forwarded-For` are believed."
        ),
    ),
    Variable(
        WHERE,
        "DATAOPS_DEAD_MAN_URL",
        "",
        _(
            "An address that `watch` POSTs to every 30 seconds while every part that must work does; let "
            "a service you trust tell you when it falls silent. Must be public or in "
            "`DATAOPS_OUTBOUND_ALLOW`."
        ),
        is_secret=True,
    ),
    Variable(
        WHERE,
        "DATAOPS_OIDC_URL",
        "",
        _(
            "A provider of OpenID Connect to sign in with: where its `.well-known/openid-configuration` "
            "is found."
        ),
    ),
    Variable(
        WHERE,
        "DATAOPS_OIDC_CLIENT_ID",
        "",
        _("The client as registered there; needed with `DATAOPS_OIDC_URL`."),
    ),
    Variable(WHERE, "DATAOPS_OIDC_CLIENT_SECRET", "", _("Its secret."), is_secret=True),
    Variable(WHERE, "DATAOPS_OIDC_NAME", "your organisation", _("What the button says: “Sign in with ...”.")),
    Variable(
        WHERE, "METRICS_ALLOWED_ADDRESSES", "", _("Addresses that may read `/metrics` without a token.")
    ),
    # Servers
    Variable(
        SERVERS,
        "DATABASE_URL",
        _("SQLite in `DATAOPS_HOME`"),
        _("Database, such as `postgres://user:password@host:5432/name`. SQLite and PostgreSQL are tested."),
        is_secret=True,
    ),
    Variable(
        SERVERS,
        "DATABASE_POOL_SIZE",
        "0",
        _(
            "PostgreSQL only: most connections of each process, shared by its threads, instead of one for "
            "each thread for a minute after use."
        ),
    ),
    Variable(
        SERVERS,
        "REDIS_URL",
        "",
        _(
            "Broker of the jobs, such as `redis://host:6379/0`. Without it `make run` starts a Valkey of "
            "its own on a socket in `DATAOPS_HOME`."
        ),
        is_secret=True,
    ),
    Variable(SERVERS, "CELERY_BROKER_URL", "", _("The same; goes before `REDIS_URL`."), is_secret=True),
    Variable(
        SERVERS,
        "EMAIL_URL",
        _("print to the console"),
        _(
            "Mail server: `smtp://user:password@host:25`, `smtp+tls://...:587` (STARTTLS) or "
            "`smtp+ssl://...:465`."
        ),
        is_secret=True,
    ),
    Variable(
        SERVERS, "DEFAULT_FROM_EMAIL", "DataOps Inspector <dataops@localhost>", _("Sender of the e-mails.")
    ),
    # Where data may be fetched from
    Variable(
        DATA,
        "DATAOPS_DATA_ROOTS",
        "",
        _(
            "Directories of the server below which sources may read files. Without one, sources cannot "
            "read the server's disk at all."
        ),
    ),
    Variable(
        DATA,
        "DATAOPS_OUTBOUND_ALLOW",
        "",
        _(
            "Networks such as `10.0.0.0/8` or `192.168.1.7/32` that sources and channels may connect to "
            "although they are not public: web addresses, databases, storage endpoints, webhooks."
        ),
    ),
    Variable(
        DATA,
        "DATAOPS_APPRISE_SCHEMAS",
        "",
        _(
            "Further kinds of addresses that `apprise` channels may have, such as `ntfys,mailtos,json`: "
            "those that name a server of their own. Their servers must be public or in "
            "`DATAOPS_OUTBOUND_ALLOW`."
        ),
    ),
    Variable(
        DATA,
        "DATAOPS_OBJECT_PROTOCOLS",
        "s3,gs,abfs",
        _(
            "Protocols of object storage that sources may use. Each needs its fsspec package (`s3fs`, "
            "`gcsfs`, `adlfs`). `file` would open the whole disk."
        ),
    ),
    Variable(DATA, "DATAOPS_MAX_FETCH_ROWS", "20000000", _("Rows one fetch from a database may bring.")),
    # Secrets and accounts
    Variable(
        ACCOUNTS,
        "SECRET_KEY",
        _("made once, kept in `DATAOPS_HOME/secret_key`"),
        _(
            "Signs sessions and keys the hashes of API tokens. All processes need the same; a new one "
            "signs everybody out and ends every token."
        ),
        is_secret=True,
    ),
    Variable(
        ACCOUNTS,
        "DATAOPS_SECRETS_KEYS",
        _("made once, kept in `DATAOPS_HOME/secrets_key`"),
        _(
            "Long random texts (32 characters or more) that encrypt the stored passwords of sources. The "
            "first one encrypts, every one decrypts; the file's own key goes on to decrypt. After a new "
            "one was put first, `manage.py rotate_secrets` encrypts all anew. Without its key a secret "
            "has to be entered again; nothing else is lost."
        ),
        is_secret=True,
    ),
    Variable(
        ACCOUNTS,
        "DATAOPS_ADMIN_EMAIL",
        "admin@localhost",
        _(
            "E-mail address of the first user: where alerts go until routes say otherwise. Ignored once a "
            "superuser exists."
        ),
    ),
    Variable(
        ACCOUNTS,
        "DATAOPS_ADMIN_PASSWORD",
        _("made at the first start, printed once"),
        _("Password of the first user, `admin`. Ignored once a superuser exists."),
        is_secret=True,
    ),
    Variable(
        ACCOUNTS,
        "DATAOPS_SESSION_DAYS",
        "7",
        _(
            "Days after which one has to sign in again, however much one was there. Without a request a "
            "session ends after 12 hours."
        ),
    ),
    Variable(
        ACCOUNTS,
        "DATAOPS_SECOND_FACTOR_ROLES",
        "",
        _(
            "Roles such as `operator,admin` whose people need a second factor: until they have one they "
            "reach their account and nothing else, and get no token. Who signs in with an account of the "
            "organisation is left to that."
        ),
    ),
    Variable(ACCOUNTS, "DATAOPS_TOKEN_LIFETIME_DAYS", "90", _("Days until a new API token expires.")),
    # Limits
    Variable(
        LIMITS,
        "DATAOPS_MAX_UPLOAD_BYTES",
        _("`1073741824` (1 GiB)"),
        _("Largest file, uploaded (a larger one is answered with 413) or fetched."),
    ),
    Variable(
        LIMITS, "DATAOPS_MAX_BODY_BYTES", _("`20971520` (20 MiB)"), _("Largest request apart from its files.")
    ),
    Variable(
        LIMITS,
        "DATAOPS_CHECK_MEMORY_BYTES",
        _("`4294967296` (4 GiB)"),
        _(
            "Memory that reading and checking one file may take, beyond the 0.2 GB of the process that "
            "waits for it. The run fails with `memory_limit` above it. Set it below what the machine has."
        ),
    ),
    Variable(
        LIMITS,
        "DATAOPS_CHECK_CPU_SECONDS",
        "3600",
        _(
            "Processor time, of all cores together, that reading and checking one file may take. The run "
            "fails with `cpu_limit` above it."
        ),
    ),
    Variable(
        LIMITS,
        "DATAOPS_MODEL_TRIAL_BYTES",
        "4294967296",
        _("Memory of the process that first loads an uploaded model, and most that its file may unpack to."),
    ),
    Variable(LIMITS, "DATAOPS_MODEL_TRIAL_SECONDS", "300", _("Time of that process.")),
    Variable(
        LIMITS,
        "DATAOPS_MODEL_CACHE_BYTES",
        "536870912",
        _("Memory for loaded models in each web process; the one asked least recently goes first."),
    ),
    Variable(
        LIMITS, "DATAOPS_MAX_PREDICT_INSTANCES", "10000", _("Most instances of one prediction request.")
    ),
    Variable(
        LIMITS,
        "DATAOPS_RUN_TIME_LIMIT_SECONDS",
        "1800",
        _("Longest time one job may take. It is then stopped and fails with `time_limit`."),
    ),
    # First start
    Variable(
        FIRST,
        "DATAOPS_SAMPLE_DATA",
        "1",
        _("Load the sample source and both sample models, once. `0` starts empty."),
    ),
    # Logs and debugging
    Variable(LOGS, "LOG_LEVEL", "INFO", _("`DEBUG`, `INFO`, `WARNING` or `ERROR`.")),
    Variable(LOGS, "LOG_FORMAT", "console", _("`console` for people, `json` for collectors.")),
    Variable(
        LOGS,
        "SENTRY_DSN",
        "",
        _(
            "Send errors to Sentry, without persons and bodies of requests. Needs the packages of "
            "`requirements-telemetry.txt`, which are not installed by default."
        ),
        is_secret=True,
    ),
    Variable(
        LOGS,
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        _(
            "Send traces of requests and jobs by OpenTelemetry (OTLP over HTTP) to a collector such as "
            "`http://collector:4318`. Needs the packages of `requirements-telemetry.txt`. Other variables "
            "of OpenTelemetry, such as `OTEL_SERVICE_NAME`, count too."
        ),
        is_secret=True,
    ),
    Variable(
        LOGS,
        "DATAOPS_DEBUG",
        "0",
        _("Django's debug pages. They show settings and code: never where others can reach it."),
    ),
    # Only for docker-compose.yml
    Variable(
        COMPOSE,
        "POSTGRES_PASSWORD",
        "required",
        ("Password of the database container. Letters and digits only, since it becomes part of an address."),
        is_secret=True,
    ),
    Variable(COMPOSE, "BIND", "127.0.0.1", "Address of this machine that the web port is opened on."),
)


def values() -> dict[str, str]:
    """What is set, by name; secrets as they may be shown."""
    return {one.name: value for one in VARIABLES if one.is_ours and (value := one.now()) is not None}


def remember() -> None:
    """Record in the audit log what is set otherwise than at the start before."""
    global_settings.write(KEY, values(), default={}, by=None)


GROUPS = tuple(
    Group(
        key=f"{KEY}-{at}",
        title=section,
        page="settings:system",
        settings=tuple(
            Setting(KEY, one.name, one.name, one.effect, one.default, nothing=_("none"), is_code=True)
            for one in VARIABLES
            if one.section == section
        ),
        now=values,
        permission="web.view_auditevent",
        how=_("Set in the environment, or in the file `.env`; counts from the next start on."),
    )
    for at, section in enumerate((WHERE, SERVERS, DATA, ACCOUNTS, LIMITS, FIRST, LOGS))
)

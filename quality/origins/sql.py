"""A table or query of PostgreSQL, fetched by a session that can only read."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from psycopg import sql
from sqlglot import exp

from dataops.engine.profilers.pushdown import SqlRelation
from dataops.web import safe_http
from dataops.web.fields import refuse_private
from dataops.web.words import lazy as _
from quality.origins.base import Fetched, FetchError, Growth, Progress, refuse_too_large

HERE, DATABASE = "here", "database"
READ, WAIT = "read", "wait"
ONLY_IN_DATABASE = "new rows are known in the database only: choose that, or name no column that grows"
BLOCK_ROWS = 20_000
CONNECT_SECONDS = 4
LOOK_SECONDS = 2
# Rows give no total to measure against; the bar nears its end by halves of this many.
HALF_WAY_ROWS = 200_000
_EMPTY = sql.SQL("SELECT * FROM (\n{}\n) AS data LIMIT 0")
INTEGERS, FLOATS = {20, 21, 23, 26}, {700, 701, 1700}
BY_OID = (
    dict.fromkeys(INTEGERS, pa.int64())
    | dict.fromkeys(FLOATS, pa.float64())
    | {16: pa.bool_(), 1082: pa.date32(), 1114: pa.timestamp("us"), 1184: pa.timestamp("us", "UTC")}
)


class QueryField(forms.CharField):
    """One statement that reads, or nothing."""

    widget = forms.Textarea(attrs={"rows": 4})

    def validate(self, value: str) -> None:
        super().validate(value)
        if problem := problem_of(value) if value else "":
            raise ValidationError(problem)


def problem_of(query: str) -> str:
    """Why a text is not one reading statement of PostgreSQL; "" when it is."""
    try:
        statements = [found for found in sqlglot.parse(query, dialect="postgres") if found is not None]
    except sqlglot.errors.SqlglotError as error:
        return f"This cannot be read as SQL: {str(error).splitlines()[0][:200]}"
    if len(statements) != 1:
        return f"Give one statement; there are {len(statements)}."
    writing = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Into, exp.Lock, exp.Command, exp.DDL)
    if not isinstance(statements[0], exp.Query) or any(
        isinstance(part, writing) and not isinstance(part, exp.Query) for part in statements[0].walk()
    ):
        return "Give a SELECT that only reads."
    return ""


def _text(label: str, help_text: str, **options: Any) -> dict[str, Any]:
    return {"field": forms.CharField(label=label, help_text=help_text, **{"max_length": 200} | options)}


@dataclass(frozen=True, slots=True)
class SqlParams:
    host: str = field(
        default="",
        metadata=_text("Host", "Name or address of the PostgreSQL server.", validators=[refuse_private]),
    )
    port: int = field(
        default=5432,
        metadata={"field": forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, help_text="")},
    )
    database: str = field(default="", metadata=_text("Database", "Its name on the server.", max_length=63))
    user: str = field(
        default="",
        metadata=_text("User", "Best one that may read this data and nothing else.", max_length=63),
    )
    password: str = field(
        default="",
        metadata=_text("Password", "Kept encrypted and never shown again.", required=False, strip=False)
        | {"secret": True},
    )
    sslmode: str = field(
        default="prefer",
        metadata={
            "field": forms.ChoiceField(
                label=_("Encryption"),
                choices=[
                    ("prefer", "if the server offers it"),
                    ("require", "required"),
                    ("verify-full", "required, with a certificate for this host"),
                ],
                help_text=_("Of the connection to the server."),
            )
        },
    )
    table: str = field(
        default="",
        metadata=_text("Table", "Such as public.orders. Leave empty to write a query.", required=False),
    )
    query: str = field(
        default="",
        metadata={
            "field": QueryField(
                label=_("Query"),
                required=False,
                max_length=20_000,
                help_text=_("One SELECT. With ORDER BY, equal data is recognised as unchanged."),
            )
        },
    )
    place: str = field(
        default=HERE,
        metadata={
            "field": forms.ChoiceField(
                label=_("Where it is checked"),
                choices=[
                    (HERE, "here: the rows are fetched and kept as a file"),
                    (DATABASE, "in the database: only counts and statistics leave it"),
                ],
                help_text=_("In the database it takes more time there and no space here."),
            )
        },
    )
    grows_by: str = field(
        default="",
        metadata=_text(
            "Column that grows",
            "A time, date or whole number that rises as rows are added, such as created_at: each run then"
            " looks at the rows after the last one only. In the database; empty: at all rows each time.",
            required=False,
            max_length=63,
        ),
    )
    newest: str = field(
        default=READ,
        metadata={
            "field": forms.ChoiceField(
                label=_("Rows with the newest value"),
                choices=[
                    (READ, "are looked at right away"),
                    (WAIT, "wait until there is a newer value: for days that still get rows"),
                ],
                help_text=_("Of the column that grows."),
            )
        },
    )
    count_earlier: bool = field(
        default=True,
        metadata={
            "field": forms.BooleanField(
                label=_("Count the rows before"),
                required=False,
                help_text=_(
                    "So that a run tells of rows that came late or are gone; one scan of the column"
                    " that grows."
                ),
            )
        },
    )
    timeout_seconds: int = field(
        default=300,
        metadata={
            "field": forms.IntegerField(
                label=_("Time limit"),
                min_value=1,
                max_value=3600,
                help_text=_("Seconds after which the server stops the statement."),
            )
        },
    )


@dataclass(frozen=True, slots=True)
class SqlOrigin:
    """A table or query, only read and under a time limit; copied here, or checked in the database."""

    key: str = "sql"
    label: str = "PostgreSQL"
    params: type[SqlParams] = SqlParams
    fetches: bool = True

    def fetch(
        self, config: SqlParams, *, cursor: Mapping[str, Any], into: Path, progress: Progress
    ) -> Fetched:
        target = into / "content"
        if config.grows_by and config.place != DATABASE:
            raise FetchError(ONLY_IN_DATABASE)
        with _session(config, config.timeout_seconds) as connection:
            rows = connection.cursor("dataops_fetch")
            rows.itersize = BLOCK_ROWS
            rows.execute(_statement(config))
            _write(rows, target, progress)
        return Fetched(target, f"{config.table or 'query'}.parquet")

    def relation(self, config: SqlParams) -> AbstractContextManager[SqlRelation] | None:
        return _relation(config) if config.place == DATABASE else None

    def growth(self, config: SqlParams) -> Growth | None:
        if not config.grows_by:
            return None
        return Growth(config.grows_by, config.newest == WAIT, config.count_earlier)

    def look(self, config: SqlParams) -> str:
        with _session(config, LOOK_SECONDS) as connection:
            probe = connection.execute(_EMPTY.format(_statement(config)))
            kinds = {column.name: BY_OID.get(column.type_code) for column in probe.description or ()}
            _refuse_what_does_not_grow(config, kinds)
            version = connection.info.server_version // 10_000
            return f"PostgreSQL {version} answered: {len(kinds)} columns."


def _refuse_what_does_not_grow(config: SqlParams, kinds: Mapping[str, pa.DataType | None]) -> None:
    """Raises FetchError for a column that grows which is not there or is no time, date or whole number."""
    if not config.grows_by:
        return
    if config.place != DATABASE:
        raise FetchError(ONLY_IN_DATABASE)
    if config.grows_by not in kinds:
        raise FetchError(f"there is no column {config.grows_by!r}; known: {', '.join(kinds)}")
    kind = kinds[config.grows_by]
    if kind is None or not (pa.types.is_temporal(kind) or pa.types.is_integer(kind)):
        raise FetchError(f"{config.grows_by!r} is no time, date or whole number; name a column that rises")


@contextmanager
def _relation(config: SqlParams) -> Iterator[SqlRelation]:
    """The rows as one moment saw them, asked query by query in one transaction."""
    with _session(config, config.timeout_seconds) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        statement = _statement(config)
        empty = connection.execute(_EMPTY.format(statement)).description or ()

        def execute(query: str) -> list[tuple[Any, ...]]:
            # In a savepoint: a check whose query fails must not take the others with it.
            with connection.transaction():
                return connection.execute(query.encode()).fetchall()

        yield SqlRelation.of(
            execute,
            dialect="postgres",
            columns=[(column.name, column.type_display) for column in empty],
            query=statement.as_string(connection),
            refusals=(psycopg.Error,),
        )


def _statement(config: SqlParams) -> sql.SQL | sql.Composed:
    if bool(config.table) == bool(config.query):
        raise FetchError("give either a table or a query")
    if config.table:
        return sql.SQL("SELECT * FROM {}").format(sql.Identifier(*config.table.split(".")))
    if problem := problem_of(config.query):
        raise FetchError(problem)
    return sql.SQL(config.query.strip().rstrip(";"))  # checked to be one SELECT


@contextmanager
def _session(config: SqlParams, timeout_seconds: int) -> Iterator[psycopg.Connection]:
    """A read-only transaction. Raises FetchError; what the server says is shown, the password never is."""
    try:
        address = safe_http.checked_address(config.host, config.port)
        with psycopg.connect(
            host=config.host,
            hostaddr=address,
            port=config.port,
            dbname=config.database,
            user=config.user,
            password=config.password,
            sslmode=config.sslmode,
            connect_timeout=CONNECT_SECONDS,
            application_name="dataops-inspector",
            # What libpq would else take from files and variables of this server.
            passfile="/dev/null",
            options=f"-c default_transaction_read_only=on -c statement_timeout={timeout_seconds * 1000}"
            " -c lock_timeout=5000 -c timezone=UTC",
        ) as connection:
            connection.read_only = True
            yield connection
    except safe_http.OutboundError as error:
        raise FetchError(str(error), transient=error.transient) from None
    except psycopg.errors.QueryCanceled:
        raise FetchError(f"the server stopped the statement after {timeout_seconds} s") from None
    except psycopg.OperationalError as error:
        raise FetchError(_words(error), transient=True) from None
    except psycopg.Error as error:
        raise FetchError(_words(error)) from None


def _words(error: psycopg.Error) -> str:
    said = error.diag.message_primary or (str(error).splitlines() or [type(error).__name__])[0]
    return f"PostgreSQL: {said[:300]}"


def _write(rows: Any, target: Path, progress: Progress) -> None:
    batch = rows.fetchmany(BLOCK_ROWS)
    kinds = [BY_OID.get(column.type_code, pa.string()) for column in rows.description]
    names = [column.name for column in rows.description]
    if len(set(names)) < len(names):
        raise FetchError("two columns have the same name; give one of them another with AS")
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    done = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as file:
        while batch:
            done += len(batch)
            if done > settings.MAX_FETCH_ROWS:
                limit = settings.MAX_FETCH_ROWS
                raise FetchError(
                    f"more than {limit:,} rows; narrow the query or raise DATAOPS_MAX_FETCH_ROWS"
                )
            file.write_batch(_block(batch, schema))
            refuse_too_large(target.stat().st_size)
            progress(done / (done + HALF_WAY_ROWS), f"fetching, {done:,} rows so far")
            batch = rows.fetchmany(BLOCK_ROWS)


def _block(batch: list[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*batch, strict=True)
    arrays = [
        pa.array([_plain(value, kind) for value in column], kind)
        for column, kind in zip(columns, schema.types, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)


def _plain(value: Any, kind: pa.DataType) -> Any:
    if value is None or isinstance(value, str):
        return value
    if pa.types.is_string(kind):
        return str(value)
    return float(value) if pa.types.is_floating(kind) else value

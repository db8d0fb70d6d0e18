"""A profile made in the database, 1,000,000 rows by 20 columns, beside what the database says of itself.

DuckDB beside SUMMARIZE, whose percentiles and distinct counts are approximate and which knows no
duplicates, bins or patterns; PostgreSQL beside one scan that counts every column. No bars: for the record.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import duckdb
import psycopg
from psycopg import sql

from benchmarks import files
from benchmarks.measurement import Measurement
from dataops.engine.profilers.pushdown import SqlRelation, profile_relation
from tests.support.missing import MissingError
from tests.support.postgres import postgres_server

RUNS = 3
POSTGRES_TYPES = {"BIGINT": "bigint", "DOUBLE": "double precision", "VARCHAR": "text"}


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        file = files.synthetic(Path(folder))
        connection = duckdb.connect(str(Path(folder) / "bench.duckdb"))
        connection.execute("CREATE TABLE rows AS SELECT * FROM read_csv(?)", [str(file)])
        yield from _in_duckdb(connection)
        try:
            with postgres_server() as server, psycopg.connect(server.url) as session:
                yield from _in_postgres(session, connection, file)
        except MissingError as fault:
            print(f"not measured: {fault}")


def _in_duckdb(connection: duckdb.DuckDBPyConnection) -> Iterator[Measurement]:
    relation = SqlRelation.of(
        lambda query: connection.execute(query).fetchall(),
        dialect="duckdb",
        table="rows",
        columns=[(row[0], row[1]) for row in connection.execute("DESCRIBE rows").fetchall()],
    )
    yield from _compared(
        "DuckDB", "SUMMARIZE", relation, lambda: connection.execute("SUMMARIZE rows").fetchall()
    )


def _in_postgres(
    session: psycopg.Connection, source: duckdb.DuckDBPyConnection, file: Path
) -> Iterator[Measurement]:
    described = [(row[0], row[1]) for row in source.execute("DESCRIBE rows").fetchall()]
    columns = [(name, POSTGRES_TYPES.get(kind, kind.lower())) for name, kind in described]
    declared = [sql.SQL("{} " + kind).format(sql.Identifier(name)) for name, kind in columns]  # own names
    session.execute(sql.SQL("CREATE TABLE rows ({})").format(sql.SQL(", ").join(declared)))
    with (
        session.cursor().copy("COPY rows FROM STDIN WITH (FORMAT csv, HEADER)") as copy,
        file.open("rb") as data,
    ):
        while block := data.read(1 << 20):
            copy.write(block)
    session.commit()
    session.execute("ANALYZE rows")
    relation = SqlRelation.of(
        lambda query: session.execute(query.encode()).fetchall(),
        dialect="postgres",
        table="rows",
        columns=columns,
    )
    counts = sql.SQL(", ").join(sql.SQL("count({})").format(sql.Identifier(name)) for name, _ in columns)
    scan = sql.SQL("SELECT {} FROM rows").format(counts)
    yield from _compared("PostgreSQL", "count scan", relation, lambda: session.execute(scan).fetchall())


def _compared(
    place: str, name: str, relation: SqlRelation, other: Callable[[], object]
) -> Iterator[Measurement]:
    pairs = [(_seconds(other), _seconds(lambda: profile_relation(relation))) for _ in range(RUNS)]
    yield Measurement(f"Exact profile in {place}, 1M x 20", median(ours for _, ours in pairs), "s")
    yield Measurement(f"{name} in {place}", median(theirs for theirs, _ in pairs), "s")
    yield Measurement(f"  profile / {name}, median of pairs", median(o / t for t, o in pairs), "x")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began

"""Databases for the tests: each takes an Arrow table in and gives the relation of it back."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import duckdb
import psycopg
import pyarrow as pa
from psycopg import sql

from dataops.engine.profilers.pushdown import SqlRelation

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_POSTGRES_TYPES = {
    pa.int8(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float32(): "real",
    pa.float64(): "double precision",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.string(): "text",
    pa.large_string(): "text",
}
_numbers = itertools.count()


def in_duckdb(table: pa.Table) -> SqlRelation:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    connection.register("arrow", table)
    connection.execute("CREATE TABLE rows AS SELECT * FROM arrow")
    columns = [(row[0], row[1]) for row in connection.execute("DESCRIBE rows").fetchall()]
    return SqlRelation.of(
        lambda query: connection.execute(query).fetchall(),
        dialect="duckdb",
        columns=columns,
        table="rows",
        refusals=(duckdb.Error,),
    )


def in_postgres(connection: psycopg.Connection) -> Callable[[pa.Table], SqlRelation]:
    """Tables of their own over one connection, which reads them in read-only transactions."""

    def load(table: pa.Table) -> SqlRelation:
        name = f"rows_{next(_numbers)}"
        columns = [(field.name, _postgres_type(field.type)) for field in table.schema]
        declared = [sql.SQL("{} " + kind).format(sql.Identifier(column)) for column, kind in columns]
        connection.read_only = False
        connection.execute(
            sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(name), sql.SQL(", ").join(declared))
        )
        with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
            for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                copy.write_row(row)
        connection.commit()

        def execute(query: str) -> list[tuple]:
            connection.read_only = True
            with connection.transaction():
                return connection.execute(query.encode()).fetchall()

        return SqlRelation.of(
            execute, dialect="postgres", columns=columns, table=name, refusals=(psycopg.Error,)
        )

    return load


def in_spark(session: "SparkSession") -> Callable[[pa.Table], SqlRelation]:
    """Tables of their own in one session."""
    from pyspark.errors import AnalysisException

    session.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    # Arrow times without a zone stay so.
    session.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")

    def load(table: pa.Table) -> SqlRelation:
        name = f"rows_{next(_numbers)}"
        session.createDataFrame(table).cache().createOrReplaceTempView(name)
        return SqlRelation.of(
            lambda query: session.sql(query).collect(),
            dialect="spark",
            columns=session.table(name).dtypes,
            table=name,
            refusals=(AnalysisException,),
        )

    return load


def _postgres_type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "timestamp with time zone" if kind.tz else "timestamp without time zone"
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision}, {kind.scale})"
    return _POSTGRES_TYPES[kind]

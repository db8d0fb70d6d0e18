"""Databases for the tests: each takes an Arrow table in and gives the relation of it back."""

import duckdb
import pyarrow as pa

from dataops.engine.profilers.pushdown import SqlRelation


def in_duckdb(table: pa.Table) -> SqlRelation:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    connection.register("arrow", table)
    connection.execute("CREATE TABLE rows AS SELECT * FROM arrow")
    columns = [(row[0], row[1]) for row in connection.execute("DESCRIBE rows").fetchall()]
    return SqlRelation.of(
        lambda query: connection.execute(query).fetchall(), dialect="duckdb", columns=columns, table="rows"
    )

"""A small Spark cluster on this machine: one master, one worker in a process of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tests.support.missing import MissingError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.executor.memory": "1g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


@contextmanager
def spark_session() -> Iterator["SparkSession"]:
    """A session on the cluster; raises MissingError without Java or PySpark."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        raise MissingError("Spark (install Java 17 and requirements-spark.txt)")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local-cluster[1,1,1024]").appName("tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()

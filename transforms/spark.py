"""One Spark session, as this stack configures it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.connections import Connections

ARCHIVE = "lake.raw.records"


@contextmanager
def spark_session(connections: Connections, name: str = "casebridge") -> Iterator[SparkSession]:
    """Yield a session with the Kafka connector and the archive catalog `lake`; stopped on leaving."""
    os.environ["JAVA_HOME"] = str(connections.java_home)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = _configured(connections, name).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


def _configured(connections: Connections, name: str) -> SparkSession.Builder:
    jars = sorted(str(jar) for jar in (connections.jars / "spark").glob("*.jar"))
    local = connections.spark_master.startswith("local")
    catalog = "spark.sql.catalog.lake"
    settings = {
        "spark.driver.extraClassPath" if local else "spark.jars": (":" if local else ",").join(jars),
        "spark.driver.memory": "3g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(connections.home / "tmp"),
        "spark.sql.warehouse.dir": str(connections.home / "tmp" / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={connections.home / 'tmp'} -XX:+UseParallelGC",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
        "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.type": "jdbc",
        f"{catalog}.uri": f"jdbc:postgresql://{connections.pg_host}:{connections.pg_port}/lake",
        f"{catalog}.jdbc.user": "lake",
        f"{catalog}.jdbc.password": connections.password("lake"),
        f"{catalog}.jdbc.schema-version": "V1",
        f"{catalog}.warehouse": connections.archive.as_uri(),
        "spark.redaction.regex": "(?i)secret|password|token|jdbc",
    }
    (connections.home / "tmp").mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.appName(name).master(connections.spark_master)
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder

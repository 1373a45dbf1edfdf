"""One Spark session, as this stack configures it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from pyspark import SparkContext
from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from transforms.connections import Connections

ARCHIVE = "lake.raw.records"


# Below this many records a batch ends before the second compiler of the JVM has earned what it costs.
SMALL_BATCH = 50_000
_JVM_END_SECONDS = 120
_STDERR = 2
_CATALOG = "spark.sql.catalog.lake"


@contextmanager
def spark_session(connections: Connections, records: int | None = None) -> Iterator[SparkSession]:
    """Yield a session with the Kafka connector and the archive catalog `lake`; stopped on leaving.

    `records` is how many it will see, where that is known: a small batch is compiled quickly rather than well.
    """
    temporary = connections.home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    options = [f"-Djava.io.tmpdir={temporary}", "-XX:+UseParallelGC", *_start_options(connections)]
    if records is not None and records <= SMALL_BATCH:
        options.append("-XX:TieredStopAtLevel=1")
    builder = build_session(connections.jars, connections.java_home, connections.spark_master, options)
    builder = builder.config("spark.local.dir", str(temporary))
    with _words_of_the_jvm_into(connections.home / "logs" / "spark.log"):
        session = builder.config("spark.sql.warehouse.dir", str(temporary / "warehouse")).getOrCreate()
    _take_interrupts()
    session.sparkContext.setLogLevel("ERROR")
    # Set here and not on the builder, whose settings stand in the command line of the JVM for all to read.
    for name, value in _catalog(connections).items():
        session.conf.set(name, value)
    with ExitStack() as ending:
        ending.callback(session.stop)
        try:
            yield session
        except KeyboardInterrupt:
            # The process ends, and its JVM with it, which may not answer any more.
            ending.pop_all()
            raise


@contextmanager
def _words_of_the_jvm_into(log: Path) -> Iterator[None]:
    """Let a JVM that is started here write what it says of itself into a log: it has our standard error for its own."""
    log.parent.mkdir(parents=True, exist_ok=True)
    kept = os.dup(_STDERR)
    with log.open("ab") as file:
        os.dup2(file.fileno(), _STDERR)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)


def _take_interrupts() -> None:
    """Replace PySpark's handler of an interrupt: it calls the JVM from within a call of it, and both calls break."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _interrupted)


def _interrupted(_number: int, _frame: Any) -> None:
    # Py4J logs a traceback of the call that is broken off.
    logging.disable()
    raise KeyboardInterrupt


def build_session(jars: Path, java_home: Path, master: str, java_options: Sequence[str]) -> SparkSession.Builder:
    """Return a builder with all that does not depend on a stack; what is missing in PySpark comes from `jars`."""
    os.environ["JAVA_HOME"] = str(java_home)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    paths = sorted(str(jar) for jar in (jars / "spark").glob("*.jar"))
    local = master.startswith("local")
    settings = {
        "spark.driver.extraClassPath" if local else "spark.jars": (":" if local else ",").join(paths),
        "spark.driver.memory": "3g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": " ".join(java_options),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
        "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.redaction.regex": "(?i)secret|password|token|jdbc",
    }
    builder = SparkSession.builder.appName("casebridge").master(master)
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder


def wait_for_end(session: SparkSession) -> None:
    """Stop the session and its JVM too, and wait until that has ended; PySpark keeps it for the next session."""
    gateway: Any = SparkContext._gateway
    session.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(_JVM_END_SECONDS)
    SparkContext._gateway = SparkContext._jvm = None


def class_archive(jars: Path) -> Path:
    """Return where set-up puts the archive of loaded classes, which the JVM starts from in a quarter of the time."""
    return jars.parent / "spark-classes.jsa"


def _start_options(connections: Connections) -> list[str]:
    archive = class_archive(connections.jars)
    # A JVM that cannot use the archive (another Java) starts without it.
    return [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "-Xlog:disable"] if archive.is_file() else []


def _catalog(connections: Connections) -> dict[str, str]:
    return {
        f"{_CATALOG}.type": "jdbc",
        f"{_CATALOG}.uri": f"jdbc:postgresql://{connections.pg_host}:{connections.pg_port}/lake",
        f"{_CATALOG}.jdbc.user": "lake",
        f"{_CATALOG}.jdbc.password": connections.password("lake"),
        f"{_CATALOG}.jdbc.schema-version": "V1",
        f"{_CATALOG}.warehouse": connections.archive.as_uri(),
        _CATALOG: "org.apache.iceberg.spark.SparkCatalog",
    }

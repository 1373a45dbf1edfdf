"""Keep the classes that Spark loads, so that later sessions start from them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.setup import environment


def keep_classes(jars: Path, java_home: Path) -> None:
    """Run a small job like those of the line in a JVM that writes its classes when it ends.

    A Java that cannot write such an archive leaves none; everything works without it, only more slowly.
    """
    archive = jars.parent / "spark-classes.jsa"
    part = archive.with_suffix(".part")
    part.unlink(missing_ok=True)
    log = environment.SHARE / "classes.log"
    with log.open("wb") as output:
        command = [
            str(environment.PREFIX / "bin/python"),
            "-m",
            "infra.setup.classes",
            *map(str, (jars, java_home, part)),
        ]
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, cwd=environment.ROOT, check=False)
    if done.returncode == 0 and part.is_file():
        part.replace(archive)
    else:
        print(f"set-up: Spark starts without an archive of classes; why: {log}", file=sys.stderr)


def _run(jars: Path, java_home: Path, archive: Path) -> None:
    from transforms.spark import build_session, wait_for_end

    with tempfile.TemporaryDirectory() as folder:
        options = [f"-XX:ArchiveClassesAtExit={archive}", "-XX:+UseParallelGC", "-XX:TieredStopAtLevel=1"]
        session = build_session(jars, java_home, "local[2]", options).config("spark.local.dir", folder).getOrCreate()
        catalog = "spark.sql.catalog.kept"
        session.conf.set(f"{catalog}.type", "hadoop")
        session.conf.set(f"{catalog}.warehouse", Path(folder).as_uri())
        session.conf.set(catalog, "org.apache.iceberg.spark.SparkCatalog")
        session.sql("create table kept.raw.records (n bigint, name string) using iceberg")
        rows = session.range(1000).selectExpr("id as n", "cast(id as string) as name")
        rows.writeTo("kept.raw.records").append()
        session.sql("delete from kept.raw.records where n > 1000").collect()
        session.table("kept.raw.records").where("n > 1").mapInArrow(_same, "n long, name string").collect()
        wait_for_end(session)


def _same(batches: Iterable[Any]) -> Iterable[Any]:
    yield from batches


if __name__ == "__main__":
    _run(*map(Path, sys.argv[1:4]))

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.metrics import SqlMetrics
from livecart.observability import Metrics


async def test_statements_are_counted_and_what_begins_a_transaction_is_not(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'counted.db'}")
    metrics = Metrics(SqlMetrics(database))
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE things (id INTEGER)"))
        await connection.execute(text("INSERT INTO things VALUES (1)"))
    async with database.read() as connection:
        await connection.execute(text("SELECT * FROM things"))
    async with database.read():
        pass
    await database.close()
    assert b"livecart_sql_statements_total 3.0" in metrics.render()

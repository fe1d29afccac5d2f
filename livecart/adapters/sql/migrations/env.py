"""Alembic's entry: runs the migrations on the connection that livecart.adapters.sql.migrate hands over."""

from alembic import context

from livecart.adapters.sql.all_tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot alter most of a table; batch mode copies it.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

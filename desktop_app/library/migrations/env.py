"""Alembic's entry: run the migrations on the connection that `library.migrate` hands over."""

from alembic import context

from desktop_app.library.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()

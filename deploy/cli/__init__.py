"""The operator's command `motcua`: set up, look after, ask, import."""

import typer

from deploy.cli import catalogue, checks, delivery, documents, imports, keys, setup, stories, tokens
from deploy.local import environment

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)


@app.callback()
def find_running_system() -> None:
    """Take settings from the environment, and what it lacks from the local system's file."""
    environment.load()


app.command()(tokens.token)
app.command()(tokens.client)
app.command(name="rotate-issuer")(tokens.rotate_issuer)
app.command(name="rotate-keys")(keys.rotate_keys)
app.command(name="import")(imports.import_history)
app.command(name="import-catalogue")(catalogue.import_catalogue)
app.command()(stories.demo)
app.command()(stories.replay)
app.command()(delivery.parked)
app.command(name="replay-parked")(delivery.replay_parked)
app.command()(delivery.discard)
app.command(name="rebuild")(delivery.rebuild_tables)
app.command(name="reconcile")(delivery.reconcile_all)
app.command(name="recount")(delivery.recount_reports)
app.command()(setup.migrate)
app.command(name="first-run")(setup.first_run)
app.command()(setup.revision)
app.command()(documents.docs)
app.command(name="check-migrations")(checks.check_migrations)
app.command(name="check-openapi")(checks.check_openapi)

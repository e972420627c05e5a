"""`python -m deploy.cli` is the same as `motcua`."""

from deploy.cli import app

app()

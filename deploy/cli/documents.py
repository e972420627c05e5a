"""`motcua docs`: the pages that are generated from the code."""

import typer

from deploy.cli.registry import ROOT


def docs() -> None:
    """Write the generated pages; the API's contract is only added to."""
    from deploy.documents import writing  # noqa: PLC0415 (loads every service and the gateway)

    try:
        for path in writing.write():
            typer.echo(path.relative_to(ROOT))
    except writing.Narrowed as narrowed:
        typer.echo(
            f"{writing.CONTRACT.relative_to(ROOT)} is not written, for clients would lose:"
            f"\n{narrowed}\nKeep it and announce its end in gateway/deprecations.py. "
            "What was never released may go: delete the file and write it anew.",
            err=True,
        )
        raise typer.Exit(1) from None

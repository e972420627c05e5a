"""`motcua demo` and `motcua replay`: what the running system can show."""

import asyncio

import typer

from deploy.showcase.demo import demo as tell_demo
from deploy.showcase.thanh_binh.replay import replay as tell_replay


def demo() -> None:
    """Follow one dossier per channel from filing to the survey."""
    if not asyncio.run(tell_demo()):
        raise typer.Exit(1)


def replay() -> None:
    """Import the 2019 year of huyện Thanh Bình and compare the report with the published one."""
    if not asyncio.run(tell_replay()):
        raise typer.Exit(1)

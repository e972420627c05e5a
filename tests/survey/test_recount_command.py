"""`motcua recount` counts the survey's slips again, and ends with an error where figures differ."""

import asyncio

import pytest
import typer

from deploy.cli import delivery
from tests.conftest import FreshDatabase, ServiceClient
from tests.survey.factories import CODE, RETURNED, SLIP, hand_out, invite, rows


async def test_a_recount_names_the_figure_that_somebody_changed(
    service_client: ServiceClient,
    fresh_database: FreshDatabase,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    survey = await service_client("survey", at=RETURNED)
    monkeypatch.setenv("SLA_DATABASE_URL", await fresh_database("sla"))
    await invite(survey.database_url)
    await survey.http.post(await hand_out(survey.http, CODE), json={"choices": SLIP})

    await asyncio.to_thread(delivery.recount_reports)
    assert "survey: đếm lại mọi phiếu, mọi con số đều khớp." in capsys.readouterr().out

    await rows(survey.database_url, "update score set slips = 2")
    with pytest.raises(typer.Exit):
        await asyncio.to_thread(delivery.recount_reports)

    named = capsys.readouterr().out
    assert "sla: đếm lại" in named
    assert "table='score'" in named
    assert ("counted=True" in named, "counted=False" in named) == (True, True)

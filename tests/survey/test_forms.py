"""The three forms bear the numbers of the results, cell by cell, and no more of any person."""

import csv
import io
from decimal import Decimal
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from services.survey.scores.forms import per_slip
from services.survey.scores.forms.per_slip import SlipPoints
from services.survey.scores.periods import Period
from tests.conftest import Client, ServiceClient, Token
from tests.survey.counted import ANSWERED, COMMUNE, OTHER, count, enter, know
from tests.survey.factories import SLIP, rows
from tests.survey.test_scores import fill_in

QUARTER = {"year": "2026", "quarter": "1"}


def cells(answer: httpx.Response) -> list[list[str]]:
    """The rows of the file as text, whatever its kind, without what is empty."""
    assert answer.status_code == 200, answer.text
    if "csv" in answer.headers["content-type"]:
        read: Any = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    else:
        read = load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    return [[_text(cell) for cell in row if cell not in (None, "")] for row in read]


def _text(cell: Any) -> str:
    text = str(cell)
    return f"{float(text):g}" if text.replace(".", "", 1).isdigit() else text


async def form(survey: Client, number: str, shape: str = "csv", **params: str) -> httpx.Response:
    path = f"/v1/surveys/forms/{number}"
    return await survey.http.get(path, params=QUARTER | {"as": shape} | params)


def slip(*points: int, overall: str = "satisfied") -> SlipPoints:
    given = zip((1, 2, 3, 4, 6, 7), points, strict=True)
    return SlipPoints({index: Decimal(value) for index, value in given}, overall)


def test_the_worked_slip_gives_its_officer_seven_and_means_are_rounded_not_cut() -> None:
    assert per_slip.rows([slip(2, 1, 2, 1, 2, 1)]) == [
        (1, 2, 1, 2, 1, 2, 1, 7, "Hoàn thành 100%", None, "x", None)
    ]

    slips = [slip(2, 2, 2, 2, 2, 2)] * 86 + [slip(1, 1, 1, 1, 1, 1)] * 14
    total, mean, share, _ = per_slip.layout("H20", Period(2026, 1), slips).foot

    assert total[1:8] == (186, 186, 186, 186, 186, 186, 930)
    assert mean[1:8] == tuple(map(Decimal, ("1.9", "1.9", "1.9", "1.9", "1.9", "1.9", "9.3")))
    assert share[1:8] == (Decimal("93.0"),) * 7
    assert share[9:] == (0, Decimal("100.0"), 0)


async def test_form_01_has_a_row_per_slip_and_no_dossier(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    for overall in ("very_satisfied", "satisfied", "satisfied", "not_satisfied"):
        await fill_in(survey, SLIP | {"overall": overall})
    few = await form(survey, "01", agency=COMMUNE)
    await fill_in(survey, SLIP | {"contacts": "own_fault"})

    written = await form(survey, "01", agency=COMMUNE)

    assert any("Không đủ số phiếu" in cell for row in cells(few) for cell in row)
    lines = cells(written)
    assert [line[0] for line in lines[4:9]] == ["1", "2", "3", "4", "5"]
    assert lines[9] == ["Tổng", "10", "10", "8", "10", "10", "10", "48", "1", "2", "2"]
    assert lines[10] == ["Trung bình", "2", "2", "2", "2", "2", "2", "9.6"]
    kept = await rows(survey.database_url, "select dossier_code, dossier from invitation")
    for invitation in kept:
        assert invitation["dossier_code"] not in written.text
        assert str(invitation["dossier"]) not in written.text


async def test_form_02_tells_what_was_said_and_what_was_appraised(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await know(survey, COMMUNE)
    await count(survey, ANSWERED)
    await enter(survey, 5, 2)
    await enter(survey, 9, 2)
    await enter(survey, 9, 1, kind="appraised", reason="Có hồ sơ trễ")

    for shape in ("csv", "xlsx"):
        lines = cells(await form(survey, "02", shape, agency=COMMUNE))

        by_first = {line[0]: line[1:] for line in lines if line}
        assert by_first["9"][1:] == ["2", "2", "1", "Có hồ sơ trễ"]
        assert by_first["1"][1:] == ["2", "1.8", "1.8"]
        assert by_first["Tổng điểm"] == ["18", "16.5", "15.5"]
        assert by_first["Xếp loại (theo điểm thẩm định)"] == ["Xuất sắc"]
        assert by_first["Rất hài lòng"] == ["50"]
        assert by_first["Số phiếu"] == ["10"]


async def test_form_03_ranks_the_agencies_and_both_files_say_the_same(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await know(survey, COMMUNE, OTHER)
    for agency in (COMMUNE, OTHER):
        await count(survey, ANSWERED, agency=agency)

    as_csv = cells(await form(survey, "03", "csv"))
    as_xlsx = cells(await form(survey, "03", "xlsx"))

    assert as_csv == as_xlsx
    shares = ["20", "30", "50"]
    indices = ["1.8", "1.6", "1.9", "1.7", "2", "1.5", "2"]
    assert as_csv[4:] == [
        ["1", "Xã H20.40.01", COMMUNE, "10", *indices, "12.5", "Xuất sắc", "1", *shares],
        ["2", "Xã H20.40.02", OTHER, "10", *indices, "12.5", "Xuất sắc", "1", *shares],
    ]


@pytest.mark.parametrize("number", ["01", "02", "03"])
async def test_forms_of_other_agencies_are_not_there(
    service_client: ServiceClient, token: Token, number: str
) -> None:
    survey = await service_client("survey", bearer=token("leader", agencies=["H21"]))

    assert (await form(survey, number, agency=COMMUNE)).status_code == 404
    survey.http.headers["Authorization"] = f"Bearer {token('counter')}"
    assert (await form(survey, number, agency=COMMUNE)).status_code == 403

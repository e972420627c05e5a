"""What is written for the portal: its fields, codes, bounds and rows."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.intake.lifecycle import Status
from services.intake.national import codes, facts, messages, progress
from services.intake.schemas.filing import SubjectKind
from shared.database import Database
from shared.events import Channel, Method, WayOfReturn
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import BIRTH_PAPER, IDENTITY, SAME_DAY, a_procedure, tell
from tests.intake.national import APPROVED, STEP
from tests.intake.papers import a_pdf, attach, sent

PERSON = {
    "name": "Nguyễn Văn Thử",
    "identity_number": IDENTITY,
    "phone": "0912345678",
    "email": "thu@example.vn",
}
ASKED = {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu dấu."}]}


class Writer:
    """Writes an office's dossiers as they stand."""

    def __init__(self, office: Office, database: Database) -> None:
        self.office = office
        self._database = database

    async def facts(self, dossier: dict[str, Any]) -> facts.Facts:
        held = self.office.app.state.intake
        return await facts.read(self._database, held.vault, held.copies, dossier["id"])

    async def message(self, dossier: dict[str, Any]) -> messages.Message:
        return messages.compose(await self.facts(dossier))

    async def rows(self, dossier: dict[str, Any]) -> list[progress.Row]:
        return progress.rows(await self.facts(dossier))


@pytest.fixture
async def writer(office: Office) -> AsyncIterator[Writer]:
    database = Database(office.database_url, connections_max=1)
    yield Writer(office, database)
    await database.close()


@pytest.fixture
async def office_with_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start_office: StartOffice
) -> AsyncIterator[Writer]:
    monkeypatch.setenv("MOTCUA_FILES_DIR", str(tmp_path / "files"))
    office = await start_office()
    database = Database(office.database_url, connections_max=1)
    yield Writer(office, database)
    await database.close()


def _strings(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_strings(inner) for inner in value.values())
    return all(map(_strings, value)) if isinstance(value, list) else isinstance(value, str)


async def test_an_accepted_dossier_is_written_with_the_portals_fields_and_codes(
    writer: Writer,
) -> None:
    papers = [{"component": BIRTH_PAPER, "originals": 1}]
    dossier = await writer.office.accepted(applicant=PERSON, papers=papers)

    written = await writer.message(dossier)

    assert _strings(written)
    assert (
        written
        | {
            "MaHoSo": dossier["code"],
            "MaTTHC": "1.000001",
            "TenTTHC": "Thủ tục thử",
            "TenLinhVuc": "Hộ tịch",
            "KenhThucHien": "1",
            "ChuHoSo": "Nguyễn Văn Thử",
            "LoaiDoiTuong": "1",
            "Email": "thu@example.vn",
            "SoDienThoai": "0912345678",
            "TrichYeuHoSo": "Thủ tục thử",
            "NgayNopHoSo": "20260302080000",
            "NgayTiepNhan": "20260302080000",
            "NgayHenTra": "20260316080000",
            "NgayTra": "",
            "NgayKetThucXuLy": "",
            "NgayTuChoi": "",
            "TrangThaiHoSo": "2",
            "HinhThuc": "0",
            "DonViXuLy": "Cơ quan H20.100",
            "NoiNopHoSo": "2",
            "HoSoCoThanhPhanSoHoa": "0",
            "TaiKhoanDuocXacThucVoiVNeID": "0",
            "DuocThanhToanTrucTuyen": "3",
            "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": IDENTITY}],
        }
        == written
    )
    assert written["TaiLieuNop"][0]["TenTepDinhKem"] == f"Giấy {BIRTH_PAPER}"


async def test_the_field_is_told_by_its_national_code_where_it_has_one(writer: Writer) -> None:
    coded = a_procedure("1.000009", field_code="G15-TP05")
    await tell(writer.office.database_url, [coded])

    told = await writer.message(await writer.office.file(procedure="1.000009"))
    plain = await writer.message(await writer.office.file())

    assert (told["MaLinhVuc"], told["TenLinhVuc"]) == ("G15-TP05", "Hộ tịch")
    assert plain["MaLinhVuc"] == "Hộ tịch"


async def test_every_required_field_is_there_in_every_status(writer: Writer) -> None:
    office = writer.office
    filed = await office.file()
    refused = await office.file()
    await office.do(refused, "intake-refusal", {"ground": "Không đúng thẩm quyền."})
    waiting = await office.accepted()
    await office.do(waiting, "supplement-requests", ASKED)
    withdrawn = await office.accepted()
    await office.do(withdrawn, "withdrawal")

    for dossier, status in ((filed, 1), (refused, 3), (waiting, 5), (withdrawn, 7)):
        written = await writer.message(dossier)
        assert written["TrangThaiHoSo"] == str(status)
        assert [name for name in messages.REQUIRED if not written[name]] == []
    assert (await writer.message(refused))["NgayTuChoi"] == "20260302080000"
    assert (await writer.message(refused))["GhiChu"] == "Không đúng thẩm quyền."


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("supplement-requests", ASKED, Status.WAITING_FOR_SUPPLEMENT),
        ("payment-demand", {"amount": 8000, "reason": "Lệ phí"}, Status.WAITING_FOR_PAYMENT),
        ("stop", {"ground": "Người dân đề nghị."}, Status.STOPPED),
    ],
)
async def test_a_waiting_or_stopped_dossier_is_never_told_as_done(
    writer: Writer, action: str, body: dict[str, Any], status: Status
) -> None:
    dossier = await writer.office.accepted()
    await writer.office.do(dossier, "steps", STEP)
    await writer.office.do(dossier, action, body)

    written = await writer.message(dossier)

    assert written["TrangThaiHoSo"] == str(int(status))
    assert written["NgayTra"] == ""
    assert (written["NgayHenTra"] == "") is (status is not Status.STOPPED)


async def test_a_supplement_tells_the_old_and_the_new_due_date(writer: Writer) -> None:
    office = writer.office
    dossier = await office.accepted()
    await office.do(dossier, "supplement-requests", ASKED)
    (open_request,) = (await writer.message(dossier))["DanhSachHoSoBoSung"]
    office.clock("2026-03-05 08:00")
    await office.do(dossier, "supplements")

    (request,) = (await writer.message(dossier))["DanhSachHoSoBoSung"]

    assert (open_request["TrangThaiBoSung"], open_request["NgayTiepNhanBoSung"]) == ("False", "")
    assert request["TrangThaiBoSung"] == "True"
    assert request["NoiDungBoSung"] == f"Giấy {BIRTH_PAPER}: Thiếu dấu."
    assert request["NgayBoSung"] == "20260302080000"
    assert request["NgayTiepNhanBoSung"] == "20260305080000"
    assert request["NgayHenTraTruoc"] == "20260316080000"
    assert request["NgayHenTraMoi"] == "20260319080000"


async def test_fees_and_an_online_payment_are_told(writer: Writer) -> None:
    dossier = await writer.office.accepted()
    await writer.office.do(dossier, "steps", STEP)
    await writer.office.do(dossier, "payment-demand", {"amount": 8000, "reason": "Lệ phí"})
    await writer.office.do(dossier, "payments", {"amount": 8000, "means": "online"})

    written = await writer.message(dossier)

    (fee,) = written["DanhSachLePhi"]
    assert (fee["TenPhiLePhi"], fee["Gia"], fee["HinhThucThu"]) == ("Lệ phí", "8000", "online")
    assert written["DuocThanhToanTrucTuyen"] == "2"


async def test_progress_runs_from_acceptance_to_the_result(writer: Writer) -> None:
    office = writer.office
    dossier = await office.file()
    before = await writer.rows(dossier)
    await office.do(dossier, "acceptance")
    office.clock("2026-03-03 09:30")
    await office.do(dossier, "steps", STEP)
    await office.do(dossier, "resolution", APPROVED)
    await office.do(dossier, "return")

    rows = await writer.rows(dossier)

    assert before == []
    assert [row["TrangThai"] for row in rows] == ["2", "4", "9"]
    assert rows[1] == {
        "MaHoSo": dossier["code"],
        "NguoiXuLy": "Lê Thị Thẩm",
        "ChucDanh": "",
        "ThoiDiemXuLy": "20260303093000",
        "PhongBanXuLy": "Tư pháp",
        "NoiDungXuLy": "Thẩm định",
        "TrangThai": "4",
        "NgayBatDau": "20260302080000",
        "NgayKetThucTheoQuyDinh": "",
    }
    assert all(row[name] for row in rows for name in progress.REQUIRED)


async def test_a_recalled_result_only_adds_rows(writer: Writer) -> None:
    dossier = await writer.office.file(procedure=SAME_DAY)
    await writer.office.do(dossier, "acceptance", {"no_slip": True})
    await writer.office.do(dossier, "resolution", APPROVED)
    before = await writer.rows(dossier)
    await writer.office.do(dossier, "recall", {"ground": "Sai tên."})
    await writer.office.do(dossier, "resolution", APPROVED)

    rows = await writer.rows(dossier)

    assert rows[: len(before)] == before
    assert [row["TrangThai"] for row in rows] == ["2", "9", "4", "9"]
    assert rows[2]["NoiDungXuLy"] == "Thu hồi kết quả: Sai tên."


async def test_a_persons_own_number_is_never_told_as_who_handled_it(
    writer: Writer, start_office: StartOffice, token: Token
) -> None:
    dossier = await writer.office.accepted()
    person = await start_office(bearer=token("citizen", agencies=[], subject=IDENTITY))
    await person.do(dossier, "withdrawal", {"ground": "Không cần nữa."})

    rows = await writer.rows(dossier)

    assert rows[-1]["NguoiXuLy"] == "Nguyễn Văn Thử"
    assert IDENTITY not in str(rows)


async def test_scanned_papers_and_result_files_are_told_while_they_stand(
    office_with_files: Writer,
) -> None:
    office = office_with_files.office
    dossier = await office.accepted(papers=[{"component": BIRTH_PAPER}])
    scan, result = await sent(office), await sent(office, a_pdf("kết quả"))
    await attach(office, dossier, {"component": BIRTH_PAPER, "file": scan["id"]})
    await office.do(dossier, "resolution", {"outcome": "approved"})
    await attach(office, dossier, {"part": "result", "file": result["id"]})

    told = await office_with_files.message(dossier)
    await office.do(dossier, "recall", {"ground": "Ghi sai tên"})
    recalled = await office_with_files.message(dossier)

    (paper,) = told["TaiLieuNop"]
    assert (paper["DuocSoHoa"], paper["DuocTaiSuDung"]) == ("1", "0")
    assert told["HoSoCoThanhPhanSoHoa"] == "1"
    assert [file["GiayToId"] for file in told["DanhSachGiayToKetQua"]] == [result["id"]]
    assert recalled["DanhSachGiayToKetQua"] == []


async def test_words_are_cut_to_the_portals_lengths(writer: Writer) -> None:
    office = writer.office
    dossier = await office.accepted()
    await office.do(dossier, "steps", STEP | {"officer": "Ủ" * 200})
    async with office.connection() as connection:
        long_name = "Thủ tục " * 300
        await connection.execute(
            "update procedure_copy"
            " set document = jsonb_set(document, '{name}', to_jsonb($1::text))",
            long_name,
        )
        await connection.execute("update copies_revision set revision = revision + 1")

    written, rows = await writer.message(dossier), await writer.rows(dossier)

    assert len(written["TrichYeuHoSo"]) == codes.ABSTRACT_MAX
    assert rows[-1]["NguoiXuLy"] == "Ủ" * 49 + "…"


def test_every_word_of_ours_has_a_code_of_the_portals() -> None:
    assert set(codes.WAYS_OF_FILING) == set(Method)
    assert {Channel(channel).method for channel in Channel} == set(Method)
    assert set(codes.WAYS_OF_RETURN) == set(WayOfReturn)
    assert set(codes.WAYS_OF_RETURN.values()) == {"0", "1"}
    assert set(codes.SUBJECTS) == set(SubjectKind)
    assert codes.subject("a word of another system") == "4"


async def test_only_numbers_of_nine_or_twelve_digits_are_told_as_identities(
    writer: Writer,
) -> None:
    old = await writer.office.file(applicant=PERSON | {"identity_number": "340123456"})
    passport = await writer.office.file(applicant=PERSON | {"identity_number": "C1234567"})

    assert (await writer.message(old))["DinhDanhCHS"] == [
        {"LoaiDinhDanh": "2", "SoDinhDanh": "340123456"}
    ]
    assert (await writer.message(passport))["DinhDanhCHS"] == []

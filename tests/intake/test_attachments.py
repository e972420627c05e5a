"""What is attached to dossiers: by whom, when, how it came to be there, and who may open it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.intake.files.cleaning import (
    drop_orphans,
    drop_passing,
    forget_unattached,
    forget_uploads,
)
from services.intake.files.retention import destroy_due
from services.intake.files.scanning import scan_due
from services.intake.settings import FilesSettings
from shared.clock import present
from shared.files import SHARDS
from tests.conftest import Token
from tests.intake.conftest import Office, Officers, StartOffice
from tests.intake.factories import (
    BIRTH_PAPER,
    DEPARTMENT,
    IDENTITY,
    MARRIAGE_PAPER,
    NO_LIMIT,
    NOTE,
    OTHER_COMMUNE,
    PLAIN,
    SAME_DAY,
)
from tests.intake.papers import PDF, a_pdf, attach, in_goes, sent, sha256

APPROVED = {"outcome": "approved"}
SCANNED, REUSED_COMPONENT, REUSED_RESULT, FROM_DATABASE = 1, 2, 3, 4


@pytest.fixture(autouse=True)
def files_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTCUA_FILES_DIR", str(tmp_path / "files"))
    return tmp_path / "files"


def contents(files_dir: Path) -> set[str]:
    return {path.name for path in files_dir.rglob("*") if path.is_file()}


def a_paper(file: dict[str, object], component: str = BIRTH_PAPER) -> dict[str, object]:
    return {"component": component, "file": file["id"]}


async def a_person(start_office: StartOffice, token: Token, number: str = IDENTITY) -> Office:
    return await start_office(bearer=token("citizen", subject=number, agencies=[]))


async def test_attached_papers_are_a_fact_of_the_dossier_and_a_line_of_its_log(
    office: Office,
) -> None:
    dossier = await office.accepted()
    file = await sent(office)

    attached = await attach(
        office,
        dossier,
        a_paper(file),
        {"component": MARRIAGE_PAPER, "database": "CSDLQG-DC"},
    )

    (*_, fact) = await office.told(dossier)
    log = (await office.get(f"/v1/dossiers/{dossier['code']}/history")).json()["items"]
    assert [paper["digitisation"] for paper in attached] == [SCANNED, FROM_DATABASE]
    assert fact["type"] == "dossier.files_attached.v1"
    assert fact["data"]["papers"][0] == {
        "attachment": attached[0]["id"],
        "part": "component",
        "component": BIRTH_PAPER,
        "digitisation": SCANNED,
    }
    assert (log[-1]["action"], log[-1]["after"]["code"]) == ("attach", 2)
    assert (await office.get(f"/v1/files/{file['id']}")).json()["expires_at"] is None


async def test_only_own_files_and_listed_components_are_attached_and_all_or_nothing(
    office: Office, officers: Officers
) -> None:
    dossier = await office.file()
    mine = await sent(office)
    lan = await officers("counter", "lan")
    malformed: tuple[dict[str, object], ...] = (
        {"component": BIRTH_PAPER},
        {"file": mine["id"]},
        a_paper(mine) | {"database": "CSDLQG-DC"},
        a_paper(mine) | {"part": "result"},
        {"part": "result", "reuse": mine["id"]},
    )

    foreign = await lan.ask(dossier, "attachments", {"items": [a_paper(mine)]})
    for component in (NOTE, "c02-01", "no-such-paper"):
        strange = await office.ask(
            dossier, "attachments", {"items": [a_paper(mine), a_paper(mine, component)]}
        )
        assert (strange.status_code, strange.json()["components"]) == (422, [component])
    for item in malformed:
        answer = await office.ask(dossier, "attachments", {"items": [item]})
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), item

    assert (foreign.status_code, foreign.json()["code"]) == (404, "file_unknown")
    assert await office.rows("select * from attachment") == []
    assert len(await office.told(dossier)) == 1


async def test_people_attach_before_acceptance_and_officers_until_the_result_is_out(
    office: Office, officers: Officers, start_office: StartOffice, token: Token
) -> None:
    dossier = await office.file(procedure=SAME_DAY)
    person, lan = await a_person(start_office, token), await officers("counter", "lan")
    his, hers = a_paper(await sent(person)), a_paper(await sent(lan))
    result = {"part": "result", "file": hers["file"]}

    assert len(await attach(person, dossier, his)) == 1
    not_theirs = [
        await person.ask(dossier, "attachments", {"items": [item]})
        for item in (
            {"part": "result", "file": his["file"]},
            {"component": BIRTH_PAPER, "database": "CSDLQG-DC"},
        )
    ]
    too_early = await lan.ask(dossier, "attachments", {"items": [result]})
    await office.do(dossier, "acceptance")
    too_late = await person.ask(dossier, "attachments", {"items": [his]})
    assert len(await attach(lan, dossier, hers, result)) == 3
    await office.do(dossier, "resolution", APPROVED)
    await office.do(dossier, "return")
    over = await lan.ask(dossier, "attachments", {"items": [hers]})

    assert [answer.json()["code"] for answer in not_theirs] == [
        "result_not_yours",
        "database_not_yours",
    ]
    assert {answer.json()["code"] for answer in (too_early, too_late, over)} == {"attaching_closed"}


async def test_officers_open_papers_on_record_and_the_owner_gets_the_result_when_it_is_returned(
    office: Office, officers: Officers, start_office: StartOffice, token: Token
) -> None:
    dossier = await office.accepted(procedure=SAME_DAY, competent_agency=DEPARTMENT)
    result = {"part": "result", "file": (await sent(office, a_pdf("result")))["id"]}
    paper, final = await attach(office, dossier, a_paper(await sent(office)), result)
    owner = await a_person(start_office, token)
    lan = await officers("specialist", "lan", [DEPARTMENT])
    foreign = await officers("specialist", "hoa", [OTHER_COMMUNE])
    portal = await officers("portal", "dvc")

    async def link(who: Office, which: dict[str, object]) -> int:
        answer = await who.ask(dossier, f"attachments/{which['id']}/link")
        if answer.status_code == 200:
            assert (await who.http.get(answer.json()["url"])).content.startswith(b"%PDF")
        return answer.status_code

    before = [await link(who, paper) for who in (lan, owner, foreign, portal)]
    early = await link(owner, final), await link(lan, final)
    seen_early = (await owner.get(f"/v1/dossiers/{dossier['code']}/attachments")).json()["items"]
    await office.do(dossier, "resolution", APPROVED)
    await office.do(dossier, "return")
    returned = await link(owner, final)

    assert before == [200, 200, 404, 403]
    assert early == (404, 200)
    assert [shown["id"] for shown in seen_early] == [paper["id"]]
    assert returned == 200
    opened = await office.rows("select actor from unmasking order by id")
    assert [row["actor"] for row in opened] == ["lan", "lan"]


async def test_a_recalled_result_is_given_to_nobody(
    office: Office, start_office: StartOffice, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_FILES_RESULT_REQUIRED", "true")
    strict = await start_office()
    dossier = await strict.accepted(procedure=SAME_DAY, way_of_return="online")
    wrong = {"part": "result", "file": (await sent(strict, a_pdf("wrong")))["id"]}
    right = {"part": "result", "file": (await sent(strict, a_pdf("right")))["id"]}
    owner = await a_person(start_office, token)

    await attach(strict, dossier, wrong)
    await strict.do(dossier, "resolution", APPROVED)
    await strict.do(dossier, "recall", {"ground": "Sai tên."})
    await strict.do(dossier, "resolution", APPROVED)
    lacking = await strict.ask(dossier, "return")
    await attach(strict, dossier, right)
    await strict.do(dossier, "return")

    seen = (await owner.get(f"/v1/dossiers/{dossier['code']}/attachments")).json()["items"]
    reusable = (await owner.get("/v1/people/papers")).json()["items"]
    assert (lacking.status_code, lacking.json()["code"]) == (409, "result_file_needed")
    assert [shown["sha256"] for shown in seen] == [sha256(a_pdf("right"))]
    assert [shown["sha256"] for shown in reusable] == [sha256(a_pdf("right"))]


async def test_what_a_person_gave_before_is_reused_without_a_copy(
    office: Office, officers: Officers, start_office: StartOffice, token: Token, files_dir: Path
) -> None:
    old = await office.accepted(procedure=SAME_DAY, agency=OTHER_COMMUNE)
    await attach(office, old, a_paper(await sent(office, a_pdf("older"))))
    result = {"part": "result", "file": (await sent(office, a_pdf("result")))["id"]}
    await attach(office, old, a_paper(await sent(office, a_pdf("newer"))), result)
    await office.do(old, "resolution", APPROVED)
    fresh = await office.file()
    lan, owner = await officers("counter", "lan"), await a_person(start_office, token)
    path = f"/v1/dossiers/{fresh['code']}/reusable-papers"

    in_scope = await lan.http.post("/v1/people/papers", json={"identity_number": IDENTITY})
    unreturned = (await lan.get(path)).json()["items"]
    await office.do(old, "return")
    known = (await lan.get(path)).json()["items"]
    attached = await attach(
        lan,
        fresh,
        {"component": BIRTH_PAPER, "reuse": known[0]["attachment"]},
        {"component": MARRIAGE_PAPER, "reuse": known[1]["attachment"]},
    )

    assert in_scope.json()["items"] == []
    assert [paper["part"] for paper in unreturned] == ["component"]
    assert [paper["sha256"] for paper in known] == [
        sha256(a_pdf("newer")),
        sha256(a_pdf("result")),
    ]
    assert [paper["digitisation"] for paper in attached] == [REUSED_COMPONENT, REUSED_RESULT]
    assert [paper["reused_from"] for paper in attached] == [paper["attachment"] for paper in known]
    assert len(contents(files_dir)) == 3
    mine = (await owner.get("/v1/people/papers")).json()["items"]
    assert [paper["procedure"] for paper in mine] == [PLAIN, PLAIN, SAME_DAY, SAME_DAY]


async def test_nobody_elses_papers_are_reused(
    office: Office, officers: Officers, start_office: StartOffice, token: Token
) -> None:
    theirs = await office.file()
    (paper,) = await attach(office, theirs, a_paper(await sent(office)))
    unnumbered = await office.file(applicant={"name": "Không số"})
    await attach(office, unnumbered, a_paper(await sent(office)))
    another = await office.file(applicant={"name": "Khác", "identity_number": "087200009999"})
    nameless = await office.file(applicant={"name": "Không số"})
    lan, portal = await officers("counter", "lan"), await officers("portal", "dvc")
    stranger = await a_person(start_office, token, "087200009999")
    taking = {"items": [{"component": BIRTH_PAPER, "reuse": paper["id"]}]}

    for dossier, who, status in (
        (another, lan, 404),
        (nameless, lan, 404),
        (another, stranger, 404),
        (another, portal, 403),
        (theirs, stranger, 404),
    ):
        assert (await who.ask(dossier, "attachments", taking)).status_code == status
    for dossier in (another, nameless):
        answer = await lan.get(f"/v1/dossiers/{dossier['code']}/reusable-papers")
        assert answer.json()["items"] == []
    assert (await stranger.get("/v1/people/papers")).json()["items"] == []


async def test_what_a_scanner_has_not_passed_is_not_used(
    start_office: StartOffice, files_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Exits like clamdscan: 1 where the content names a virus, 2 where it cannot tell.
    script = 'case "$(cat)" in *EICAR*) exit 1;; *unreadable*) exit 2;; esac'
    command = f'["sh", "-c", {script!r}]'.replace("'", '"').replace('"$(cat)"', '\\"$(cat)\\"')
    monkeypatch.setenv("INTAKE_FILES_SCANNER", command)
    office = await start_office()
    dossier = await office.file()
    clean, bad, odd = [await sent(office, a_pdf(says)) for says in ("clean", "EICAR", "unreadable")]
    resources = office.app.state.intake

    waiting = await office.ask(dossier, "attachments", {"items": [a_paper(clean)]})
    unlinked = await office.http.post(f"/v1/files/{clean['id']}/link")
    await office.rows("update file set scan_at = now()")
    await scan_due(office.app.state.database, resources.files, resources.settings.files)
    states = [(await office.get(f"/v1/files/{f['id']}")).json()["state"] for f in (clean, bad, odd)]
    infected = await office.ask(dossier, "attachments", {"items": [a_paper(bad)]})

    assert clean["state"] == "quarantined"
    assert (waiting.status_code, waiting.json()["code"]) == (409, "file_quarantined")
    assert (unlinked.status_code, unlinked.json()["code"]) == (409, "file_quarantined")
    assert states == ["usable", "infected", "quarantined"]
    assert infected.json()["code"] == "file_infected"
    assert len(await attach(office, dossier, a_paper(clean))) == 1
    assert contents(files_dir) == {clean["sha256"], odd["sha256"]}
    (row,) = await office.rows(
        "select scan_at > now() as later from file where scans = 1 and scan_at is not null"
    )
    assert row["later"]


async def test_what_nobody_finished_attached_or_knows_is_let_go(
    office: Office, files_dir: Path
) -> None:
    database, store = office.app.state.database, office.app.state.intake.files
    dossier = await office.file()
    kept, loose = await sent(office, a_pdf("kept")), await sent(office, a_pdf("loose"))
    twin = await sent(office, a_pdf("kept"))
    await attach(office, dossier, a_paper(kept))
    await in_goes(office, PDF, [10, 5])
    orphan = a_pdf("orphan")

    async def whole(content: bytes) -> AsyncIterator[bytes]:
        yield content

    await store.place(await store.receive(whole(orphan)), bytes.fromhex(sha256(orphan)))
    died = await store.receive(whole(b"half of something"))
    soon = present()
    for shard in range(SHARDS):
        assert await drop_orphans(database, store, soon, shard) == []
    await forget_unattached(database, store, present().replace(year=2026, month=3, day=2))
    assert {sha256(orphan), kept["sha256"], loose["sha256"]} < contents(files_dir)

    later = soon + timedelta(days=9)
    await forget_uploads(database, store, later)
    await forget_unattached(database, store, later)
    await drop_passing(store, FilesSettings(), later)
    dropped = [await drop_orphans(database, store, later, shard) for shard in range(SHARDS)]

    assert [digest.hex() for found in dropped for digest in found] == [sha256(orphan)]
    assert contents(files_dir) == {kept["sha256"]}
    assert Path(died).name not in contents(files_dir)
    for gone in (loose, twin):
        assert (await office.get(f"/v1/files/{gone['id']}")).status_code == 404
    assert await office.rows("select * from upload") == []


async def test_files_are_destroyed_when_their_years_are_over_and_certified(
    office: Office, officers: Officers, files_dir: Path
) -> None:
    database, store = office.app.state.database, office.app.state.intake.files
    settings = FilesSettings(retention_years=10, retention_by_procedure={NO_LIMIT: 2})
    old, held, short, shared = [
        await office.accepted(procedure=procedure)
        for procedure in (SAME_DAY, SAME_DAY, NO_LIMIT, SAME_DAY)
    ]
    running = await office.file()
    for dossier in (old, held, short, shared):
        await attach(office, dossier, a_paper(await sent(office, a_pdf(dossier["code"]))))
        await office.do(dossier, "withdrawal")
    given = (await office.get(f"/v1/dossiers/{shared['code']}/attachments")).json()["items"][0]
    await attach(office, running, {"component": BIRTH_PAPER, "reuse": given["id"]})
    leader, lan = await officers("leader", "truong"), await officers("counter", "lan")
    hold = f"/v1/dossiers/{held['code']}/legal-hold"
    await leader.http.put(hold, json={"ground": "Đang khiếu nại."})
    assert (await lan.http.put(hold, json={"ground": "x"})).status_code == 403

    early = await destroy_due(database, settings, present() + timedelta(days=365))
    third_year = await destroy_due(database, settings, present() + timedelta(days=3 * 366))
    eleventh = present() + timedelta(days=11 * 366)
    later = await destroy_due(database, settings, eleventh)
    await forget_unattached(database, store, eleventh + timedelta(days=1))
    certified = (await leader.get("/v1/destructions", limit=2)).json()
    rest = (await leader.get("/v1/destructions", after=certified["next"])).json()

    assert early == []
    assert [str(identity) for identity in third_year] == [short["id"]]
    assert {str(identity) for identity in later} == {old["id"], shared["id"]}
    listed = {item["code"]: item for item in (*certified["items"], *rest["items"])}
    assert listed[old["code"]]["digests"] == [sha256(a_pdf(old["code"]))]
    assert listed[short["code"]]["retention_years"] == 2
    assert listed[shared["code"]]["digests"] == []
    assert contents(files_dir) == {sha256(a_pdf(held["code"])), sha256(a_pdf(shared["code"]))}
    assert (await leader.http.delete(hold)).json()["released_by"] == "truong"
    freed = await destroy_due(database, settings, eleventh)
    assert [str(identity) for identity in freed] == [held["id"]]

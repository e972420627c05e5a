"""ISO 9001 process documents of an agency for its procedures."""

from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import Json

PATH = "/v1/agencies/H20.188/quality-documents"
BIRTH = "1.001193"


async def test_documents_are_set_per_agency_and_procedure(catalogue: Client) -> None:
    await put(catalogue, make_document(), make_document(number="QT-02/TP", valid_to="2026-06-30"))
    numbers = [shown["number"] for shown in (await get(catalogue, f"{PATH}/{BIRTH}"))["documents"]]
    assert numbers == ["QT-01/TP", "QT-02/TP"]
    later = await get(catalogue, PATH, on="2026-07-01")
    assert [shown["number"] for shown in later["items"]] == ["QT-01/TP"]
    assert (await get(catalogue, PATH, on="2025-12-31"))["items"] == []
    first = await get(catalogue, PATH, limit=1)
    second = await get(catalogue, PATH, after=first["next"])
    assert len(first["items"] + second["items"]) == 2
    await put(catalogue, make_document(number="QT-03/TP"))
    assert [shown["number"] for shown in (await get(catalogue, PATH))["items"]] == ["QT-03/TP"]
    assert (await get(catalogue, "/v1/agencies/H20.189/quality-documents"))["items"] == []


async def test_documents_that_cannot_be_are_refused(catalogue: Client) -> None:
    for documents in (
        [make_document(), make_document()],
        [make_document(valid_to="2025-12-31")],
        [make_document(url="ftp://x")],
        [{"number": "QT-01/TP"}],
    ):
        answer = await catalogue.http.put(f"{PATH}/{BIRTH}", json={"documents": documents})
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_only_the_agencys_own_officers_set_them_and_on_what_they_saw(
    catalogue: Client, service_client: ServiceClient, token: Token
) -> None:
    officer = await service_client(
        "procedures",
        database_url=catalogue.database_url,
        bearer=token("catalogue", agencies=["H20.189"]),
    )
    body = {"documents": [make_document()]}
    refused = await officer.http.put(f"{PATH}/{BIRTH}", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "agency_out_of_scope")
    seen = {"If-Match": (await catalogue.http.get(f"{PATH}/{BIRTH}")).headers["etag"]}
    for status in (200, 412):
        answer = await catalogue.http.put(f"{PATH}/{BIRTH}", json=body, headers=seen)
        assert answer.status_code == status
    for unknown in (f"{PATH}/1.999999", "/v1/agencies/H20.999/quality-documents/1.001193"):
        assert (await catalogue.http.put(unknown, json=body)).status_code == 404


def make_document(**changed: str) -> Json:
    return {"number": "QT-01/TP", "approved_on": "2026-01-01"} | changed


async def put(catalogue: Client, *documents: Json) -> None:
    answer = await catalogue.http.put(f"{PATH}/{BIRTH}", json={"documents": documents})
    assert answer.status_code == 200, answer.text


async def get(catalogue: Client, path: str, **params: str | int) -> Json:
    answer = await catalogue.http.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found

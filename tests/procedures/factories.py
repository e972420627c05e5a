"""Valid by default; a test gives only what it is about."""

from typing import Any

import asyncpg

from shared.events import Envelope, Event, decode

Json = dict[str, Any]


def make_record(**changed: Any) -> Json:
    """A small procedure that the seed does not have, with every mandatory part."""
    code = changed.get("code", "1.999001")
    return {
        "code": code,
        "name": "Cấp giấy phép thử nghiệm",
        "field": "Hộ tịch",
        "levels": ["commune"],
        "decision": "01/QĐ-THU",
        "steps": [{"steps": ["Nộp hồ sơ.", "Nhận kết quả."]}],
        "dossier_sets": 1,
        "subjects": ["Công dân Việt Nam"],
        "competent_agency": "Ủy ban nhân dân cấp xã",
        "groups": [
            {
                "id": f"{code}-c01",
                "kind": "general",
                "components": [make_component(f"{code}-c01-01")],
            }
        ],
        "methods": [make_method(f"{code}-m01")],
        "valid_from": "2026-01-01",
    } | changed


def make_component(identity: str, **changed: Any) -> Json:
    return {
        "id": identity,
        "name": "Tờ khai",
        "originals": 1,
        "copies": 0,
        "is_note": False,
    } | changed


def make_method(identity: str, **changed: Any) -> Json:
    return {
        "id": identity,
        "case": None,
        "method": "direct",
        "limit": {"value": "5", "unit": "working_day"},
    } | changed


def make_agency(**changed: Any) -> Json:
    return {
        "name": "Ủy ban nhân dân xã Thử",
        "level": "commune",
        "kind": "people_committee",
        "parent": "H20",
        "valid_from": "2025-07-01",
    } | changed


def make_calendar(**changed: Any) -> Json:
    return {
        "code": "VN-HANH-CHINH",
        "version": 2,
        "first_on": "2026-01-01",
        "last_on": "2026-12-31",
        "weekly": {"0": [{"start": "08:00", "end": "12:00"}]},
    } | changed


async def facts_of(database_url: str, aggregate: str) -> list[Envelope[Event]]:
    """What was recorded about one aggregate, in order."""
    connection = await asyncpg.connect(database_url)
    try:
        bodies = await connection.fetch("select body from outbox order by position")
    finally:
        await connection.close()
    envelopes = [decode(row["body"]) for row in bodies]
    return [envelope for envelope in envelopes if envelope.aggregate == aggregate]

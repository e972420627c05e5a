"""Processes and linked groups that are valid by default; a test gives only what it is about."""

from typing import Any

from tests.procedures.factories import Json

CODE = "1.999001"


def make_process(**changed: Any) -> Json:
    """A process of the small procedure of `make_record`, which promises five working days."""
    return {
        "number": "QT-01",
        "procedure": CODE,
        "version": 1,
        "steps": [
            make_step("nhan", kind="receive", role="counter_officer", limit=hours(4)),
            make_step("thu-ly", limit=days("4")),
            make_step("ky", role="agency_leader", limit=hours(4)),
            make_step("tra", kind="return", role="return_officer", limit=None),
        ],
    } | changed


def make_step(identity: str, **changed: Any) -> Json:
    return {
        "id": identity,
        "name": "Xử lý hồ sơ",
        "role": "specialist",
        "limit": {"value": "1", "unit": "working_day"},
    } | changed


def make_group(**changed: Any) -> Json:
    """A group that goes round one after the other, within its sixteen working days."""
    return {
        "code": "NHOM-THU",
        "name": "Nhóm liên thông thử",
        "mode": "in_order",
        "lead_level": "commune",
        "total": days("16"),
        "members": [
            make_member("mot", procedure="1.001193", limit=days("3")),
            make_member("hai", limit=days("10")),
        ],
    } | changed


def make_member(identity: str, **changed: Any) -> Json:
    return {"id": identity, "name": "Thủ tục thành viên", "task": "Giải quyết phần mình"} | changed


def hours(value: int) -> Json:
    return {"value": str(value), "unit": "hour"}


def days(value: str) -> Json:
    return {"value": value, "unit": "working_day"}

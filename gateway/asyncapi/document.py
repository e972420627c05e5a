"""The AsyncAPI 3.0 document of all events: a channel per fact, a message per version of it."""

import json
from collections import defaultdict
from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, JsonSchemaValue, models_json_schema

from gateway.asyncapi.envelope import ENVELOPE, WEBHOOK_HEADERS
from gateway.asyncapi.fields import AsWritten
from gateway.asyncapi.words import KINDS, TITLES
from gateway.webhooks.pings import TYPE as PING
from shared.events import EVENTS, SUBJECT_ROOT, Event, kind_of

Document = dict[str, Any]

SCHEMAS: Final = "#/components/schemas/"
MESSAGES: Final = "#/components/messages/"
DELIVERY: Final = "webhook.delivery"
DESCRIPTION: Final = (
    "Mọi sự kiện của hệ thống một cửa, một cửa liên thông / every event of the one-stop "
    "mechanism.\n\n"
    "Bên ngoài nhận sự kiện bằng `GET /v1/events` (đọc theo con trỏ) hoặc webhook có chữ ký "
    "(`POST /v1/webhooks`); các kênh `events.…` chỉ dành cho các dịch vụ bên trong / outsiders "
    "read the feed or subscribe webhooks; the channels `events.…` are for our own services.\n\n"
    "Mỗi sự kiện có thể đến hơn một lần (`id` không đổi) và gần đúng thứ tự (`sequence` tăng "
    "1, 2, 3 … theo từng đối tượng) / at least once and nearly in order. Trong một phiên bản chỉ "
    "thêm trường, không bớt / within a version fields are only added. Không sự kiện nào chứa dữ "
    "liệu cá nhân / no event carries personal data."
)


@cache
def encoded() -> bytes:
    """The document as it is served and kept in docs/asyncapi.json."""
    return (json.dumps(document(), ensure_ascii=False, indent=2) + "\n").encode()


def document() -> Document:
    """Describe every registered event."""
    references, schemas = _data_schemas()
    versions: dict[str, list[str]] = defaultdict(list)
    for name in sorted(EVENTS):
        versions[_fact(name)].append(name)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Một Cửa",
            "version": "1",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
            "tags": [{"name": kind, "description": KINDS[kind].title} for kind in _kinds()],
        },
        "defaultContentType": "application/json",
        "channels": {fact: _channel(fact, names) for fact, names in versions.items()}
        | {"webhooks": _webhooks()},
        "operations": {f"tell.{fact}": _tell(fact) for fact in versions} | {"deliver": _deliver()},
        "components": {
            "schemas": {"Envelope": ENVELOPE, **schemas},
            "messages": {name: _message(name, references[name]) for name in sorted(EVENTS)}
            | {PING: _ping(), DELIVERY: _delivery()},
        },
    }


def _data_schemas() -> tuple[dict[str, JsonSchemaValue], dict[str, JsonSchemaValue]]:
    """The reference to each event's own fields, and the schemas that are referred to."""
    mode: JsonSchemaMode = "serialization"
    known: list[tuple[type[BaseModel], JsonSchemaMode]] = [(one, mode) for one in EVENTS.values()]
    references, told = models_json_schema(
        known, ref_template=SCHEMAS + "{model}", schema_generator=AsWritten
    )
    by_type = {name: references[event, mode] for name, event in EVENTS.items()}
    return by_type, dict(sorted(told["$defs"].items()))


def _kinds() -> list[str]:
    return sorted({kind_of(name) for name in EVENTS})


def _fact(name: str) -> str:
    """The type without its version, as in the broker's subject."""
    return name.rpartition(".")[0]


def _channel(fact: str, names: list[str]) -> Document:
    kind = KINDS[kind_of(fact)]
    return {
        "address": f"{SUBJECT_ROOT}.{fact}.{{agency}}",
        "title": TITLES[fact],
        "description": f"{kind.title}; do dịch vụ {kind.told_by} báo / told by {kind.told_by}.",
        "parameters": {
            "agency": {
                "description": "Mã cơ quan, mỗi cấp một dấu chấm; `VN`: chung cả nước / "
                "the agency, a token per level.",
                "examples": ["H20.30.1", "VN"],
            }
        },
        "messages": {name: {"$ref": MESSAGES + name} for name in names},
        "tags": [{"name": kind_of(fact)}],
    }


def _tell(fact: str) -> Document:
    channel = f"#/channels/{fact}"
    return {"action": "send", "channel": {"$ref": channel}, "title": TITLES[fact]}


def _message(name: str, data: JsonSchemaValue) -> Document:
    event: type[Event] = EVENTS[name]
    meaning = " ".join((event.__doc__ or "").split())
    return {
        "name": name,
        "title": TITLES[_fact(name)],
        "summary": f"{TITLES[_fact(name)]} / {meaning}",
        "description": f"`subject`: {KINDS[kind_of(name)].aggregate}.",
        "contentType": "application/json",
        "payload": _payload(name, data),
        "tags": [{"name": kind_of(name)}],
    }


def _payload(name: str, data: JsonSchemaValue) -> Document:
    """The envelope with this type and these data."""
    own = {"type": "object", "properties": {"type": {"const": name}, "data": data}}
    return {"allOf": [{"$ref": f"{SCHEMAS}Envelope"}, own]}


def _ping() -> Document:
    return {
        "name": PING,
        "title": "Sự kiện thử",
        "summary": "Sự kiện thử của một webhook, không nằm trong dòng sự kiện / a test event.",
        "contentType": "application/json",
        "payload": _payload(PING, {"type": "object"}),
    }


def _delivery() -> Document:
    every = [*sorted(EVENTS), PING]
    return {
        "name": DELIVERY,
        "title": "Một lần gửi webhook",
        "summary": "Một sự kiện gửi đến địa chỉ đã đăng ký / one event, sent to a subscriber.",
        "contentType": "application/cloudevents+json",
        "headers": WEBHOOK_HEADERS,
        "payload": {"oneOf": [{"$ref": f"{MESSAGES}{name}/payload"} for name in every]},
    }


def _webhooks() -> Document:
    return {
        "address": None,
        "title": "Webhook",
        "description": "Địa chỉ do bên đăng ký đặt / the address that a subscriber gave.",
        "messages": {DELIVERY: {"$ref": MESSAGES + DELIVERY}},
    }


def _deliver() -> Document:
    return {
        "action": "send",
        "channel": {"$ref": "#/channels/webhooks"},
        "title": "Gửi webhook",
        "description": "Trả lời 2xx là đã nhận; khác đi thì gửi lại trong ba ngày, 410 thì tạm "
        "dừng / 2xx is delivered, else tried again for three days, 410 pauses.",
        "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
    }

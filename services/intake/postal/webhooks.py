"""Lets a carrier's webhook in only by the secret that was agreed with it."""

import hashlib
import hmac
from typing import Any

import orjson

from services.intake.desk import Desk
from services.intake.postal import shapes, tracking
from services.intake.postal.carriers import carrier
from services.intake.schemas.postal import Applied
from services.intake.settings import CarrierSettings
from shared.errors import Forbidden, NotFound, Unprocessable


async def receive(desk: Desk, code: str, api: str, body: bytes, proof: str | None) -> Applied:
    """Check who speaks, read what they tell, apply it; told again it changes nothing."""
    if api not in carrier(code).apis:
        raise NotFound("Doanh nghiệp bưu chính không có giao diện này.", code="api_unknown")
    settings = desk.settings.postal.carriers.get(code)
    if settings is None or not _proven(settings, body, proof):
        raise Forbidden("Chữ ký hoặc mã bí mật của webhook không đúng.", code="webhook_refused")
    return await tracking.apply(desk, code, api, shapes.read(code, api, _document(body)))


def _proven(settings: CarrierSettings, body: bytes, proof: str | None) -> bool:
    secret = settings.webhook_secret.get_secret_value().encode()
    if not secret or not proof:
        return False
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
    expected = signature if settings.webhook_signed else secret
    return hmac.compare_digest(expected, proof.encode())


def _document(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise Unprocessable("Nội dung không phải JSON.", code="malformed") from broken

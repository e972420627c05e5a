"""The schemas of what surrounds an event: the CloudEvents envelope and a webhook's headers."""

from typing import Any, Final

from gateway.webhooks.sending import REPEAT

Schema = dict[str, Any]

ENVELOPE: Final[Schema] = {
    "type": "object",
    "description": "Phong bì CloudEvents 1.0; có thể thêm thành viên / members may be added.",
    "required": [
        *("specversion", "id", "source", "type", "subject", "time"),
        *("datacontenttype", "sequence", "agency", "data"),
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {
            "type": "string",
            "format": "uuid",
            "description": "Nhận hai lần cùng mã là cùng một sự kiện / tells repeats.",
        },
        "source": {"type": "string", "pattern": "^/", "description": "Dịch vụ / who tells it."},
        "type": {"type": "string"},
        "subject": {"type": "string", "description": "Mã đối tượng / the aggregate's id."},
        "time": {"type": "string", "format": "date-time", "description": "Lúc ghi / recorded at."},
        "datacontenttype": {"const": "application/json"},
        "sequence": {
            "type": "integer",
            "minimum": 1,
            "description": "1, 2, 3 … của cùng một đối tượng / within one aggregate.",
        },
        "agency": {
            "type": "string",
            "description": "Mã cơ quan; `VN`: chung cả nước / the agency, or the whole country.",
        },
        "traceparent": {
            "type": "string",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}",
            "description": "W3C Trace Context của yêu cầu sinh ra sự kiện / of the request.",
        },
        "requestid": {"type": "string", "format": "uuid"},
        "procedure": {"type": "string", "description": "Mã thủ tục / the procedure's code."},
        "data": {"type": "object"},
    },
}

WEBHOOK_HEADERS: Final[Schema] = {
    "type": "object",
    "description": "Standard Webhooks: https://www.standardwebhooks.com",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": {"type": "string", "description": "Mã sự kiện / the event's id."},
        "webhook-timestamp": {"type": "string", "pattern": "^[0-9]+$"},
        "webhook-signature": {
            "type": "string",
            "description": "`v1,…` của mỗi khóa còn hiệu lực / one for each live key.",
        },
        REPEAT: {"const": "true", "description": "Có thể đã gửi / may have been sent before."},
    },
}

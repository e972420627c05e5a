"""Papers as files: sent in one go or in several, attached, and held for a trial."""

import hashlib
import io

from pypdf import PdfWriter

from tests.journeys.office_day.office import STATUS_PAPER, Office, send


async def attached(office: Office) -> None:
    """A scanned paper is sent, attached, and kept while a complaint is open."""
    citizen, content = office.citizen, _scan("Trích lục ly hôn")
    announced = {
        "name": "quyet-dinh-ly-hon.pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    await citizen.post("/v1/uploads", announced)
    name = {"Content-Disposition": "attachment; filename*=UTF-8''can-cuoc.pdf"}
    sent = await citizen.http.post("/v1/files", content=_scan("Căn cước"), headers=name)
    file = sent.raise_for_status().json()["id"]
    path = await office.filed()
    items = [{"part": "component", "component": STATUS_PAPER, "file": file}]
    await citizen.post(f"{path}/attachments", {"items": items})
    complaint = {"ground": "Đang giải quyết đơn khiếu nại số 07/2026 về kết quả của hồ sơ."}
    await send(office.officer, "PUT", f"{path}/legal-hold", complaint)


def _scan(title: str) -> bytes:
    """A real page that bears a title."""
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": title})
    writer.write(written)
    return written.getvalue()


STORIES = (attached,)

"""What the operations of each tag are for, in the order in which a reader wants them."""

from typing import Any, Final

TAGS: Final = {
    "procedures": "Thủ tục hành chính và các phiên bản / procedures and their versions",
    "forms": "Biểu mẫu theo thông tư, in ra PDF / the statutory forms as PDF",
    "fields": "Lĩnh vực / fields of procedures",
    "agencies": "Cơ quan, đơn vị, kế thừa qua sắp xếp / agencies and their successors",
    "competences": "Thẩm quyền tiếp nhận, giải quyết, phối hợp / who does what for a procedure",
    "processes": "Quy trình nội bộ, quy trình điện tử / the steps of a procedure",
    "linked-groups": "Nhóm thủ tục liên thông / procedures done together for one person",
    "calendars": "Lịch làm việc, ngày nghỉ, làm bù / working calendars",
    "calendar-previews": "Lịch mới sẽ dời hạn nào / what a next calendar would move",
    "drafts": "Bản nháp của người nộp / what an applicant has begun",
    "dossiers": "Nộp, tiếp nhận, giải quyết, trả kết quả / a dossier from filing to return",
    "files": "Tệp: gửi một lần hoặc nhiều đợt, đính kèm, tải / files, also resumable uploads",
    "payments": "Phí, lệ phí, nghĩa vụ tài chính, biên lai, hoàn tiền / money of a dossier",
    "processing": "Việc của cán bộ: nhận bước, bàn giao, ý kiến / an officer's work",
    "steps": "Hồ sơ đang ở đâu, từng bước mất bao lâu / where a dossier lies, step by step",
    "linked": "Hồ sơ liên thông / one life in several dossiers",
    "transfers": "Chuyển hồ sơ sang cơ quan khác / transfers between agencies",
    "home": "Tiếp nhận, trả kết quả tại nhà / visits at home",
    "postal": "Bưu chính công ích: đơn, bàn giao, tiền, khiếu nại / the postal channel",
    "code-blocks": "Dải mã cho quầy mất mạng / codes for counters without the network",
    "tracking": "Tra cứu tình trạng công khai / the public state of a dossier",
    "clocks": "Đồng hồ thời hạn và lời giải thích / the clock of a dossier, explained",
    "deadlines": "Tính thử ngày hẹn trả / dates worked out beforehand",
    "estimates": "Thời gian thực tế, cắt giảm thời hạn / real times and limit cuts",
    "recalculations": "Tính lại hạn theo lịch mới / counting clocks anew",
    "alarms": "Cảnh báo sắp hạn, quá hạn và bậc báo / alarms and their ladders",
    "apologies": "Thư xin lỗi, nguyên nhân trễ, sự cố / letters of apology, causes, incidents",
    "tracking-books": "Sổ theo dõi hồ sơ / tracking books",
    "reports": "Báo cáo theo mẫu, đúng hạn, so sánh kỳ / statutory reports",
    "indices": "Bộ chỉ số phục vụ người dân / indices of service",
    "targets": "Chỉ tiêu và kết quả đạt / targets and what was reached",
    "signals": "Dấu hiệu bất thường / what looks odd in the clocks",
    "statistics": "Số liệu danh mục và công khai / figures of the catalogue",
    "surveys": "Phiếu khảo sát hài lòng / satisfaction slips and their scores",
    "kiosks": "Ki-ốt đánh giá tại quầy / slips at the counter",
    "polls": "Thăm dò ý kiến / polls",
    "visits": "Lượt truy cập cổng / visits counted",
    "petitions": "Phản ánh, kiến nghị, khiếu nại / petitions and their answers",
    "samples": "Mẫu hồ sơ để kiểm tra / samples that can be drawn again",
    "imports": "Nhập hồ sơ và danh mục từ hệ thống khác / imports",
    "national-sync": "Đồng bộ với Cổng Dịch vụ công quốc gia / the national portal",
    "events": "Dòng sự kiện / the event feed",
    "webhooks": "Đăng ký nhận sự kiện có chữ ký / signed webhooks",
}


def describe(document: dict[str, Any]) -> None:
    """List the tags that are used, each with what it is for."""
    used = {
        tag
        for item in document["paths"].values()
        for operation in item.values()
        for tag in operation.get("tags", ())
    }
    document["tags"] = [
        {"name": name, "description": said} for name, said in TAGS.items() if name in used
    ]

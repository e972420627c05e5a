"""What events are called in Vietnamese, and which service tells each kind of them."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of aggregate: who tells its facts, and what its id is."""

    told_by: str
    title: str
    aggregate: str


KINDS: Final = {
    "dossier": Kind("intake", "Hồ sơ", "mã nội bộ của hồ sơ / the dossier's id"),
    "procedure": Kind("procedures", "Thủ tục hành chính", "mã thủ tục / the procedure's code"),
    "agency": Kind("procedures", "Cơ quan", "mã cơ quan / the agency's code"),
    "calendar": Kind("procedures", "Lịch làm việc", "mã lịch / the calendar's code"),
    "process": Kind("procedures", "Quy trình điện tử", "mã quy trình / the process's id"),
    "linked_group": Kind("procedures", "Nhóm thủ tục liên thông", "mã nhóm / the group's id"),
    "competence": Kind("procedures", "Thẩm quyền", "mã thủ tục / the procedure's code"),
    "target": Kind("procedures", "Chỉ tiêu", "mã chỉ tiêu / the target's code"),
    "clock": Kind("sla", "Đồng hồ thời hạn", "mã nội bộ của hồ sơ / the dossier's id"),
    "deadline": Kind("sla", "Thời hạn giải quyết", "mã nội bộ của hồ sơ / the dossier's id"),
    "recalculation": Kind("sla", "Tính lại thời hạn", "mã lần tính lại / the order's id"),
    "alarm": Kind("sla", "Cảnh báo thời hạn", "mã nội bộ của hồ sơ / the dossier's id"),
    "apology": Kind("sla", "Thư xin lỗi", "mã thư hoặc hồ sơ / the letter's or dossier's id"),
    "survey": Kind("survey", "Khảo sát hài lòng", "mã phiếu / the slip's id"),
    "petition": Kind("survey", "Phản ánh, kiến nghị", "mã nội bộ / the petition's id"),
}

TITLES: Final = {
    "agency.changed": "Cơ quan được lập hoặc thay đổi",
    "alarm.deadline_near": "Sắp đến hạn trả kết quả",
    "alarm.overdue": "Quá hạn trả kết quả",
    "apology.delivered": "Thư xin lỗi đã đến tay người nhận",
    "apology.issued": "Đã ký thư xin lỗi",
    "apology.missed": "Hồ sơ trễ hạn chưa có thư xin lỗi",
    "calendar.previewed": "Xem trước lịch làm việc mới",
    "calendar.published": "Công bố lịch làm việc",
    "clock.due_date_changed": "Ngày hẹn trả thay đổi",
    "competence.changed": "Thẩm quyền giải quyết thay đổi",
    "deadline.extended": "Gia hạn giải quyết",
    "dossier.accepted": "Tiếp nhận hồ sơ",
    "dossier.demand_cancelled": "Hủy yêu cầu nộp phí, lệ phí",
    "dossier.fees_demanded": "Yêu cầu nộp phí, lệ phí",
    "dossier.fees_received": "Đã thu phí, lệ phí",
    "dossier.filed": "Nộp hồ sơ",
    "dossier.files_attached": "Đính kèm giấy tờ điện tử",
    "dossier.handover_confirmed": "Xác nhận nhận bàn giao",
    "dossier.imported": "Nhập hồ sơ từ hệ thống khác",
    "dossier.intake_refused": "Từ chối tiếp nhận hồ sơ",
    "dossier.linked": "Lập hồ sơ liên thông",
    "dossier.opinion_asked": "Lấy ý kiến cơ quan khác",
    "dossier.opinion_given": "Cơ quan được hỏi đã trả lời",
    "dossier.originals_returned": "Trả bản chính đã đối chiếu",
    "dossier.payment_demanded": "Yêu cầu thực hiện nghĩa vụ tài chính",
    "dossier.payment_received": "Đã thực hiện nghĩa vụ tài chính",
    "dossier.refunded": "Hoàn tiền",
    "dossier.resolved": "Có kết quả giải quyết",
    "dossier.result_recalled": "Thu hồi kết quả chưa trả",
    "dossier.resumed": "Tiếp tục giải quyết",
    "dossier.returned": "Trả kết quả",
    "dossier.step_assigned": "Giao bước xử lý",
    "dossier.step_completed": "Xong bước xử lý",
    "dossier.stopped": "Dừng hoặc tạm dừng giải quyết",
    "dossier.supplement_requested": "Yêu cầu bổ sung hồ sơ",
    "dossier.supplemented": "Đã bổ sung hồ sơ",
    "dossier.transfer_received": "Cơ quan mới đã nhận hồ sơ",
    "dossier.transferred": "Chuyển hồ sơ sang cơ quan khác",
    "dossier.withdrawn": "Rút hồ sơ",
    "linked_group.published": "Công bố nhóm thủ tục liên thông",
    "linked_group.retired": "Ngừng dùng nhóm thủ tục liên thông",
    "petition.overdue": "Quá hạn trả lời phản ánh",
    "petition.rated": "Người phản ánh đánh giá câu trả lời",
    "petition.received": "Nhận phản ánh, kiến nghị",
    "petition.refused": "Không thụ lý phản ánh",
    "petition.resolved": "Đã trả lời phản ánh",
    "petition.transferred": "Chuyển phản ánh đúng thẩm quyền",
    "procedure.published": "Công bố thủ tục hành chính",
    "procedure.withdrawn": "Ngừng áp dụng phiên bản thủ tục",
    "process.published": "Công bố quy trình điện tử",
    "process.retired": "Ngừng dùng quy trình điện tử",
    "recalculation.ordered": "Yêu cầu tính lại thời hạn",
    "survey.answered": "Phiếu khảo sát được trả lời",
    "survey.invited": "Mời đánh giá sự phục vụ",
    "target.changed": "Chỉ tiêu thay đổi",
}
"""By the type without its version; the classes themselves say in English what each means."""

"""What the forms say in words."""

from typing import Final

from services.survey.schemas.indices import Duty, Grade

INDICES: Final = {
    1: "Tổng thời gian giải quyết so với thời hạn",
    2: "Thời gian thực hiện của từng cơ quan tham gia, kể cả cơ quan phối hợp",
    3: "Số lần phải liên hệ với nơi tiếp nhận để hoàn thiện hồ sơ",
    4: "Số lượng cơ quan phải liên hệ để hoàn thiện hồ sơ",
    5: "Thực hiện giải quyết thủ tục hành chính tại Bộ phận Một cửa",
    6: "Công khai thủ tục hành chính",
    7: "Thái độ của cán bộ, công chức, viên chức",
    8: "Tiếp nhận, xử lý phản ánh, kiến nghị",
    9: "Tiếp nhận, giải quyết thủ tục hành chính trực tuyến",
}
GRADES: Final = {
    Grade.EXCELLENT: "Xuất sắc",
    Grade.GOOD: "Tốt",
    Grade.FAIR: "Khá",
    Grade.AVERAGE: "Trung bình",
    Grade.WEAK: "Yếu",
}
DUTIES: Final = {
    Duty.FULL: "Hoàn thành 100%",
    Duty.PARTLY: "Hoàn thành từ 70% đến dưới 100%",
    Duty.LITTLE: "Hoàn thành dưới 70%",
}
SATISFACTION: Final = {
    "not_satisfied": "Không hài lòng",
    "satisfied": "Hài lòng",
    "very_satisfied": "Rất hài lòng",
}
TOTAL: Final = "Tổng điểm"
GRADE: Final = "Xếp loại"
SLIPS: Final = "Số phiếu"
NUMBER: Final = "STT"
GROUND: Final = "Thông tư 01/2018/TT-VPCP, Điều 13, 14 và 15"
FEW: Final = "Không đủ số phiếu để công bố."

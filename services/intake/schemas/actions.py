"""What an officer or a person says when something happens to a dossier."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.intake.schemas.filing import PAPERS_MAX, PaperIn
from services.intake.schemas.words import (
    AgencyCode,
    Amount,
    Body,
    DemandNumber,
    IdentityNumber,
    Name,
    Sentence,
    Short,
)
from shared.events import Outcome, WayOfReturn

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Acceptance(Body):
    """Tiếp nhận hồ sơ."""

    limit_row: Short | None = Field(
        default=None, description="Dòng thời hạn, khi kênh có nhiều thời hạn khác nhau."
    )
    case: Short | None = None
    no_slip: bool = Field(default=False, description="Trả kết quả ngay, không cần giấy hẹn.")


class IntakeRefusal(Body):
    """Từ chối tiếp nhận (mẫu 03)."""

    ground: Sentence


class MissingPaper(Body):
    """One component that is missing or wrong, and why."""

    id: Short
    reason: Sentence


class SupplementRequestIn(Body):
    """Yêu cầu bổ sung, một lần, đầy đủ, chính xác (mẫu 02)."""

    components: Annotated[tuple[MissingPaper, ...], Field(min_length=1, max_length=PAPERS_MAX)]
    override_ground: Sentence | None = Field(
        default=None, description="Căn cứ để yêu cầu lần thứ hai; hồ sơ sẽ bị đánh dấu."
    )
    contact_officer: Short | None = Field(
        default=None, description="Cán bộ liên hệ (tài khoản); mặc định là người yêu cầu."
    )


class Supplement(Body):
    """Hoàn thành bổ sung."""

    papers: Annotated[tuple[PaperIn, ...], Field(max_length=PAPERS_MAX)] | None = Field(
        default=None, description="Giấy tờ đã nộp; bỏ trống nghĩa là đủ mọi giấy tờ đã yêu cầu."
    )


class StepIn(Body):
    """Hoàn thành một bước và bàn giao.

    Hồ sơ theo quy trình: tên bước, đơn vị do quy trình quy định; nếu không thì phải nêu.
    """

    name: Short | None = None
    unit: Short | None = None
    officer: Short | None = None
    next_unit: Short | None = Field(default=None, description="Chỉ khi không theo quy trình.")
    next_officer: Short | None = None
    step: Short | None = Field(default=None, description="Bước, khi nhiều bước đang mở.")
    back_to: Short | None = Field(
        default=None, description="Chuyển lại bước này; không đặt lại hạn."
    )
    ground: Sentence | None = None


class ClaimIn(Body):
    """Nhận việc đang ở đơn vị."""

    step: Short | None = None
    unit: Short | None = None


class ConfirmIn(Body):
    """Xác nhận đã nhận bàn giao."""

    step: Short | None = None


class AssignIn(Body):
    """Phân công bước cho một cán bộ."""

    officer: Short
    unit: Short | None = None
    step: Short | None = None
    ground: Sentence | None = None


class PaymentDemandIn(Body):
    """Yêu cầu thực hiện nghĩa vụ tài chính."""

    amount: Amount
    currency: Currency = "VND"
    reason: Sentence


class PaymentIn(Body):
    """Ghi nhận một khoản đã nộp."""

    amount: Amount
    means: Literal["cash", "transfer", "card", "online", "post"]
    receipt_number: Short | None = Field(
        default=None, description="Số chứng từ của nơi khác, như giấy nộp tiền vào ngân sách."
    )
    demand: DemandNumber | None = Field(
        default=None, description="Khoản được nộp; mặc định là khoản hồ sơ đang chờ."
    )
    collected_by: AgencyCode | None = Field(
        default=None, description="Đơn vị thu hộ, như bưu điện; biên lai theo dãy số của đơn vị."
    )


class Resolution(Body):
    """Kết quả giải quyết; từ chối sau thẩm định cũng là một kết quả (Nghị định 61, 19(8))."""

    outcome: Outcome
    ground: Sentence | None = Field(default=None, description="Bắt buộc khi từ chối.")


class Recipient(Body):
    """Who takes the result."""

    name: Name
    identity_number: IdentityNumber | None = None


class IdentityShown(Body):
    """Giấy tờ tùy thân đã xuất trình; chỉ lưu đã mã hóa."""

    kind: Literal["identity_card", "passport", "vneid", "other"]
    number: IdentityNumber


class ReturnIn(Body):
    """Trả kết quả: cho ai, giấy tờ gì đã xuất trình."""

    way_of_return: WayOfReturn | None = Field(
        default=None, description="Mặc định là hình thức đã đăng ký."
    )
    recipient: Recipient | None = Field(
        default=None, description="Người nhận, khi không phải chủ hồ sơ."
    )
    identity_shown: bool = False
    identity_document: IdentityShown | None = None
    receipt_shown: bool = False
    proxy_paper: Sentence | None = Field(default=None, description="Giấy ủy quyền của người nhận.")


class Recall(Body):
    """Thu hồi kết quả sai, trước khi trao."""

    ground: Sentence


class Withdrawal(Body):
    """Rút hồ sơ theo yêu cầu của người nộp."""

    ground: Sentence | None = None


class Stop(Body):
    """Dừng xử lý (mẫu 05); `ended: false` nghĩa là tạm dừng."""

    ground: Sentence
    ended: bool = True


class Resumption(Body):
    """Tiếp tục xử lý hồ sơ tạm dừng."""

    ground: Sentence | None = None

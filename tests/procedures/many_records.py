"""A national catalogue of any size, invented: varied, real-looking, partly broken on purpose."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

ACTS = ("Cấp", "Cấp lại", "Cấp đổi", "Gia hạn", "Điều chỉnh", "Thu hồi", "Đăng ký", "Xác nhận")
PAPERS = ("giấy phép", "giấy chứng nhận", "chứng chỉ hành nghề", "văn bản chấp thuận", "thẻ")
OBJECTS = (
    "kinh doanh vật tư nông nghiệp", "khai thác nước dưới đất", "hoạt động khám bệnh, chữa bệnh",
    "tạm trú cho người nước ngoài", "quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất",
    "đủ điều kiện an toàn thực phẩm", "thi công trên đường bộ đang khai thác", "môi trường rừng",
    "hành nghề dược", "tổ chức biểu diễn nghệ thuật", "xây dựng nhà ở riêng lẻ", "nuôi thủy sản",
)  # fmt: skip
WHOM = (
    "đối với cá nhân", "đối với tổ chức", "có yếu tố nước ngoài", "tại khu vực biên giới",
    "thuộc thẩm quyền của Ủy ban nhân dân cấp tỉnh", "trong trường hợp bị mất hoặc hư hỏng",
)  # fmt: skip
FIELDS = (
    ("G01-NN04", "Bảo vệ thực vật"), ("G15-TP05", "Hộ tịch"), ("G18-YT04", "Khám bệnh, chữa bệnh"),
    ("G12-XD02", "Hoạt động xây dựng"), ("G14-TN01", "Đất đai"), ("G09-GT07", "Đường bộ"),
    ("G99-LM01", "Lĩnh vực mới chưa ai biết"),
)  # fmt: skip
LEVELS = ("Cấp bộ", "Cấp tỉnh", "Cấp xã")
UNITS = ("Ngày làm việc", "Ngày làm việc", "Ngày", "Giờ", "Tháng", "")
COMPONENTS = (
    "Đơn đề nghị theo mẫu", "Bản sao căn cước công dân hoặc hộ chiếu", "Báo cáo kết quả hoạt động",
    "Bản vẽ mặt bằng tỷ lệ 1/500", "Giấy ủy quyền (nếu có)", "Hợp đồng thuê địa điểm",
    "Chứng chỉ hành nghề của người chịu trách nhiệm chuyên môn", "Phiếu lý lịch tư pháp",
)  # fmt: skip
STEP = (
    "Tổ chức, cá nhân nộp hồ sơ tại Bộ phận Một cửa; cán bộ kiểm tra tính đầy đủ, hợp lệ của"
    " thành phần hồ sơ, cấp Giấy tiếp nhận hồ sơ và hẹn trả kết quả trong thời hạn quy định."
)

Record = dict[str, Any]
Damage = Callable[[Record, str], str]


def code_of(number: int) -> str:
    """The code of the record of that number; internal procedures among them, as in the nation."""
    return f"{'112235'[number % 6]}.{100_000 + number:06}"


def record(number: int, chance: random.Random) -> Record:
    """One national record (LayThuTuc), complete and sound."""
    name = " ".join(chance.choice(words) for words in (ACTS, PAPERS, OBJECTS, WHOM))
    field_code, field = chance.choice(FIELDS)
    price = chance.choice((0, 10_000, 50_000, 150_000, 2_000_000))
    limit, unit = str(chance.choice((1, 2, 3, 5, 7, 10, 15, 20, 30))), chance.choice(UNITS)
    return {
        "ID": str(700_000 + number),
        "MATTHC": code_of(number),
        "TENTTHC": f"{name} ({number})",
        "MACOQUANCONGBO": field_code[:3],
        "LOAITTHC": "TTHC được giao luật quy định chi tiết",
        "CAPTHUCHIEN": [{"CAPTHUCHIEN": level} for level in chance.sample(LEVELS, 2)],
        "LINHVUCTHUCHIEN": [{"MALINHVUC": field_code, "TENLINHVUC": field}],
        "TRINHTUTHUCHIEN": [
            {"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": f"Bước {n}: {STEP}"} for n in range(1, 6)]}
        ],
        "CACHTHUCTHUCHIEN": [_way(channel, limit, unit, price) for channel in ("1", "2", "3")],
        "THANHPHANHOSO": [
            {"TRUONGHOP": case, "GIAYTO": [_paper(name) for name in chance.sample(COMPONENTS, 5)]}
            for case in (["", "Trường hợp cấp lại"] if number % 5 == 0 else [""])
        ],
        "DOITUONGTHUCHIEN": "Công dân Việt Nam;Doanh nghiệp",
        "COQUANTHUCHIEN": [{"MADONVI": field_code[:3], "TENDONVI": "Sở, ngành cấp tỉnh"}],
        "KETQUATHUCHIEN": [{"MAKETQUA": f"KQ.G01.{number:06}", "TENKETQUA": "Giấy phép"}],
        "CANCUPHAPLY": [
            {"SOVANBAN": f"{n}/2025/NĐ-CP", "TENVANBAN": f"Nghị định về {name.lower()}"}
            for n in chance.sample(range(1, 400), 4)
        ],
        "YEUCAU": "Không",
        "IDQUYETDINHCONGBO": f"{number % 900 + 1}/QĐ-BTP",
        "TRANGTHAI": "1",
    }


def _way(channel: str, limit: str, unit: str, price: int) -> Record:
    fee = {"SOTIEN": str(price), "DONVI": "Đồng", "MOTA": "Phí thẩm định hồ sơ"}
    terms = {"THOIGIANGIAIQUYET": limit, "DONVITINH": unit, "MOTA": "", "PHILEPHI": [fee]}
    return {"KENH": channel, "THOIGIAN": [terms]}


def _paper(name: str) -> Record:
    return {"MAGIAYTO": "", "TENGIAYTO": name, "SOBANCHINH": "1", "SOBANSAO": "0", "URL": ""}


def _with(change: Callable[[Record], object]) -> Damage:
    def damage(content: Record, _: str) -> str:
        change(content)
        return _text(content)

    return damage


def _terms(content: Record) -> Record:
    terms: Record = content["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]
    return terms


def _repeat(content: Record, before: str) -> str:
    return _text(content | {"MATTHC": before})


DAMAGES: tuple[Damage, ...] = (
    lambda _, __: "đây không phải là JSON",
    lambda content, _: _text(content)[:-1],
    lambda content, _: _text(content).replace('"TENTTHC": "', '"TENTTHC": '),
    _with(lambda content: content.pop("MATTHC")),
    _with(lambda content: content.update(MATTHC="1.23")),
    _with(lambda content: content["CACHTHUCTHUCHIEN"][0].update(KENH="9")),
    _with(lambda content: _terms(content)["PHILEPHI"][0].update(SOTIEN="-5000")),
    _with(lambda content: _terms(content).update(THOIGIANGIAIQUYET="vài ngày gì đó")),
    _with(lambda content: content.update(THANHPHANHOSO="một chuỗi")),
    lambda content, _: f"[{_text(content)}]",
    _repeat,
)
"""How one record in so many is broken; the last one is sound but another's over again."""


def generate(count: int, broken_share: float = 0.1, seed: int = 7) -> Iterator[bytes]:
    """Lines of NDJSON, as many as asked for, that share of them broken by each damage in turn."""
    chance = random.Random(seed)
    broken, before = 0, code_of(0)
    for number in range(1, count + 1):
        content = record(number, chance)
        if int(number * broken_share) > broken:
            line = DAMAGES[broken % len(DAMAGES)](content, before)
            broken += 1
        else:
            line, before = _text(content), content["MATTHC"]
        yield f"{line}\n".encode()


def _text(content: Record) -> str:
    return json.dumps(content, ensure_ascii=False)

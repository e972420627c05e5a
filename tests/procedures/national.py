"""National records for tests: one with every field, and odd ones by the hundred."""

from typing import Any, Final

from hypothesis import strategies as st

Json = dict[str, Any]

WHOLE: Final[Json] = {
    "ID": "371294",
    "MATTHC": "1.999001",
    "TENTTHC": "Cấp giấy phép thử nghiệm",
    "MACOQUANCONGBO": "G15",
    "LOAITTHC": "Loại khác",
    "CAPTHUCHIEN": [{"CAPTHUCHIEN": "Cấp tỉnh"}, {"CAPTHUCHIEN": "Cấp xã"}],
    "LINHVUCTHUCHIEN": [
        {"MALINHVUC": "G15-TP05", "TENLINHVUC": "Hộ tịch"},
        {"MALINHVUC": "G15-TP06", "TENLINHVUC": "Chứng thực"},
    ],
    "TRINHTUTHUCHIEN": [
        {"TRUONGHOP": "Nộp trực tiếp", "TRINHTU": [{"TENTRINHTU": "Bước 1.\nBước 2."}]},
        {"TRUONGHOP": None, "TRINHTU": [{"TENTRINHTU": "Nộp."}, {"TENTRINHTU": "Nhận."}]},
    ],
    "CACHTHUCTHUCHIEN": [
        {
            "KENH": "1",
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": 5,
                    "DONVITINH": "Ngày làm việc",
                    "MOTA": "Hồ sơ đơn giản",
                    "PHILEPHI": [
                        {"SOTIEN": 2000, "DONVI": "Việt Nam Đồng", "MOTA": "/trang"},
                        {"SOTIEN": 10, "DONVI": "Đô la Mỹ", "MOTA": "/bản"},
                        {"SOTIEN": None, "DONVI": None, "MOTA": "Từ trang thứ ba thu một nửa"},
                    ],
                },
                {
                    "THOIGIANGIAIQUYET": 30,
                    "DONVITINH": "Ngày",
                    "MOTA": "Hồ sơ phức tạp",
                    "PHILEPHI": [{"SOTIEN": 0, "DONVI": "Việt Nam Đồng", "MOTA": None}],
                },
            ],
        },
        {
            "KENH": "2",
            "THOIGIAN": [
                {"THOIGIANGIAIQUYET": 1, "DONVITINH": None, "MOTA": None, "PHILEPHI": []},
            ],
        },
        {
            "KENH": "3",
            "THOIGIAN": [
                {"THOIGIANGIAIQUYET": None, "DONVITINH": None, "MOTA": None, "PHILEPHI": []},
            ],
        },
    ],
    "THANHPHANHOSO": [
        {
            "TRUONGHOP": "Giấy tờ phải nộp",
            "GIAYTO": [
                {
                    "MAGIAYTO": "KQ.G15.000031",
                    "TENGIAYTO": "Tờ khai",
                    "SOBANCHINH": 1,
                    "SOBANSAO": 2,
                    "TENMAUDON": "Mẫu số 01",
                    "URL": "https://example.vn/mau-01.doc",
                }
            ],
        },
        {
            "TRUONGHOP": "Trường hợp ủy quyền",
            "GIAYTO": [
                {
                    "MAGIAYTO": None,
                    "TENGIAYTO": "Người được ủy quyền xuất trình giấy tờ tùy thân.",
                    "SOBANCHINH": 0,
                    "SOBANSAO": 0,
                    "TENMAUDON": None,
                    "URL": None,
                }
            ],
        },
    ],
    "DOITUONGTHUCHIEN": "Công dân Việt Nam; Cán bộ, công chức, viên chức",
    "MOTADOITUONGTHUCHIEN": "Từ đủ 14 tuổi.",
    "COQUANTHUCHIEN": [{"MADONVI": "H20.03", "TENDONVI": "Sở Tư pháp"}],
    "COQUANCOTHAMQUYEN": "Chủ tịch Ủy ban nhân dân tỉnh",
    "COQUANDUOCUYQUYEN": "Giám đốc Sở Tư pháp",
    "COQUANPHOIHOP": "Công an tỉnh",
    "DIACHITIEPNHAN": "Trung tâm Phục vụ hành chính công",
    "KETQUATHUCHIEN": [{"MAKETQUA": "KQ.G15.000032", "TENKETQUA": "Giấy phép"}],
    "CANCUPHAPLY": [{"SOVANBAN": "123/2015/NĐ-CP", "TENVANBAN": "Nghị định thử"}],
    "YEUCAU": "Có đơn.\nCó mặt.",
    "TUKHOA": "giấy phép; thử nghiệm",
    "IDQUYETDINHCONGBO": "01/QĐ-THU",
    "TRANGTHAI": "Công khai",
    "MOTA": "Mô tả chung.",
    "TTHCLIENQUAN": [{"MATTHC": "1.001193", "TENTTHC": "Đăng ký khai sinh"}],
    "TTHCLIENTHONG": [{"MATTHC": "1.004222", "TENTTHC": "Đăng ký thường trú"}],
}
"""A record with every field of the national one filled, as this system writes it."""

_WRITABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
_TEXTS = st.sampled_from(
    [None, "", " ", "Không có thông tin", "  Tờ   khai ", "Giấy\xa0tờ\r\n", "1", 7, 0, 2.5, -3]
) | st.text(_WRITABLE, max_size=12)
_COUNTS = st.sampled_from([None, "", "1", 1, 1.0, "01", 0, "0", 181, 20240, "20240"])
_KENH = st.sampled_from(["1", 1, "2", 2, "3", 3, 1.0, "Trực tiếp", " trực tuyến "])
_LIMITS = st.sampled_from(
    [None, "", "5", 5, 5.0, "05", "0", 0, 0.5, "2,5", "3 ngày", "Không", "Không quy định"]
)
_UNITS = st.sampled_from([None, "", "Ngày làm việc", "ngày", "GIỜ", "Tháng"])
_AMOUNTS = st.sampled_from([None, "", 0, "0", "2,000", "50.000", 50_000, 100.0, "800000", 2.5])
_CURRENCIES = st.sampled_from([None, "", "Việt Nam Đồng", "VNĐ", "USD", "EUR", "nghìn đồng"])
_REMARKS = st.sampled_from(
    [None, "", "/trang", "(/bản)", "Lệ phí đăng ký", "Phí, lệ phí", "Theo quy định; /lần"]
)
_UNKNOWN = st.dictionaries(
    st.sampled_from(["GHICHU", "a/b", "~", "x ", "MOTA2"]),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(_WRITABLE, max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.text(_WRITABLE, max_size=3), inner)
        ),
        max_leaves=4,
    ),
    max_size=2,
)


def _objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Objects with any of the fields, and sometimes with fields that nobody knows."""
    known = st.fixed_dictionaries({}, optional=fields)
    return st.builds(lambda unknown, some: unknown | some, _UNKNOWN, known)


def _some(of: st.SearchStrategy[Json], most: int = 3) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(of, max_size=most)


_FEES = _objects(SOTIEN=_AMOUNTS, DONVI=_CURRENCIES, MOTA=_REMARKS)
_ROWS = _objects(
    THOIGIANGIAIQUYET=_LIMITS, DONVITINH=_UNITS, MOTA=_TEXTS, PHILEPHI=_some(_FEES)
).filter(lambda row: not (row.get("THOIGIANGIAIQUYET") == 0.5 and _whole_only(row)))
_PAPERS = _objects(
    MAGIAYTO=_TEXTS,
    TENGIAYTO=_TEXTS,
    SOBANCHINH=_COUNTS,
    SOBANSAO=_COUNTS,
    TENMAUDON=_TEXTS,
    URL=_TEXTS,
)


def _whole_only(row: Json) -> bool:
    """Whether its unit has no halves."""
    return str(row.get("DONVITINH") or "").casefold() in {"ngày", "tháng"}


def _named(code: str, name: str) -> st.SearchStrategy[Any]:
    return _some(_objects(**{code: _TEXTS, name: _TEXTS}))


ODD: Final = st.builds(
    lambda some, ways, code: some | {"CACHTHUCTHUCHIEN": ways, "MATTHC": code},
    _objects(
        ID=_TEXTS,
        TENTTHC=_TEXTS,
        MACOQUANCONGBO=_TEXTS,
        LOAITTHC=_TEXTS,
        CAPTHUCHIEN=_some(_objects(CAPTHUCHIEN=_TEXTS)),
        LINHVUCTHUCHIEN=_named("MALINHVUC", "TENLINHVUC"),
        TRINHTUTHUCHIEN=_some(
            _objects(TRUONGHOP=_TEXTS, TRINHTU=_some(_objects(TENTRINHTU=_TEXTS)))
        ),
        THANHPHANHOSO=_some(
            _objects(
                TRUONGHOP=_TEXTS | st.sampled_from(["Lưu ý", "Trường hợp 1"]), GIAYTO=_some(_PAPERS)
            )
        ),
        DOITUONGTHUCHIEN=_TEXTS | st.lists(st.text(_WRITABLE, max_size=5), max_size=3),
        COQUANTHUCHIEN=_named("MADONVI", "TENDONVI") | _TEXTS,
        COQUANCOTHAMQUYEN=_TEXTS,
        KETQUATHUCHIEN=_named("MAKETQUA", "TENKETQUA"),
        CANCUPHAPLY=_named("SOVANBAN", "TENVANBAN"),
        YEUCAU=_TEXTS,
        IDQUYETDINHCONGBO=_TEXTS | st.just("163/QĐ-BTP"),
        MOTA=_TEXTS,
        TTHCLIENQUAN=_TEXTS,
        TTHCLIENTHONG=_named("MATTHC", "TENTTHC"),
    ),
    _some(
        _objects(THOIGIAN=_some(_ROWS)).flatmap(
            lambda way: _KENH.map(lambda kenh: way | {"KENH": kenh})
        )
    ),
    st.sampled_from(["1.001193", " 2.000815 ", "1.001677.000.00.00.H13"]),
)
"""Records in every state that sources send them in; each of them is readable."""

"""Words as a search compares them."""

import unicodedata

import pytest

from services.procedures.search.folding import bare, named, padded, spelled
from services.procedures.texts import without_marks


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("ĐẤT ĐAI", "dat dai"),
        ("Nguyễn Thị Huyền", "nguyen thi huyen"),
        (unicodedata.normalize("NFD", "Chứng thực"), "chung thuc"),
        ("Ủy ban", "uy ban"),
    ],
)
def test_marks_are_taken_off(text: str, letters: str) -> None:
    assert without_marks(text) == letters


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kí", "ký"),
        ("Lí lịch", "lý lịch"),
        ("Mĩ thuật", "MỸ THUẬT"),
        ("quí", "quý"),
        ("tỉ lệ", "tỷ lệ"),
        ("hoà giải", "hòa giải"),
        ("thuỷ lợi", "thủy lợi"),
        (unicodedata.normalize("NFD", "uỷ quyền"), "ủy quyền"),
    ],
)
def test_two_ways_of_spelling_are_one_word(one: str, other: str) -> None:
    assert spelled(one) == spelled(other)


@pytest.mark.parametrize(("one", "other"), [("bán", "bản"), ("tay", "tai"), ("kiểm", "kỳ")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert spelled(one) != spelled(other)


def test_codes_stay_whole_and_signs_fall_out() -> None:
    assert bare("1.004222, (hộ tịch) 100%_ kinh tế-xã hội") == [
        *("1.004222", "ho", "tich", "100", "kinh", "te", "xa", "hoi")
    ]
    assert padded(bare("Cấp – giấy phép;")) == " cap giay phep "


def test_a_name_is_known_without_its_opening_words() -> None:
    assert named(bare("Thủ tục đăng ký khai tử")) == bare("đăng ký khai tử")
    assert named(bare("Thủ tục")) == bare("thủ tục")

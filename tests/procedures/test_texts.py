"""Words with and without marks."""

import unicodedata

import pytest

from services.procedures.texts import search_key, without_marks, words


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("ĐẤT ĐAI", "dat dai"),
        ("Nguyễn Thị Huyền", "nguyen thi huyen"),
        (unicodedata.normalize("NFD", "Chứng thực"), "chung thuc"),
        ("Ủy ban", "uy ban"),
    ],
)
def test_marks_are_taken_off(text: str, bare: str) -> None:
    assert without_marks(text) == bare


def test_codes_stay_whole_and_signs_fall_out() -> None:
    assert words("1.004222, (hộ tịch) 100%_") == ["1.004222", "ho", "tich", "100"]
    assert search_key("Cấp – giấy phép;", "Đất đai") == "cap giay phep dat dai"

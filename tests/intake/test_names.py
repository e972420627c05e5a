import pytest

from services.intake.names import SYLLABLES_MAX, asked_keys, name_key, stored_keys


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Nguyễn Đức Đồng", "nguyen duc dong"),
        ("  ĐỖ  THỊ   HUYỀN ", "do thi huyen"),
        ("Công ty TNHH Sao-Mai (CN 2)", "cong ty tnhh sao mai cn 2"),
        ("Nguye\u0302\u0303n An", "nguyen an"),
    ],
)
def test_a_name_is_searched_without_marks(name: str, key: str) -> None:
    assert name_key(name) == key


def test_syllables_and_neighbouring_pairs_are_stored() -> None:
    assert stored_keys("nguyen van an") == ["nguyen", "van", "an", "nguyen_van", "van_an"]


def test_a_typed_part_is_asked_by_its_pairs() -> None:
    assert asked_keys("van an") == ["van_an"]
    assert asked_keys("an") == ["an"]
    assert asked_keys("") == []


def test_a_very_long_name_stays_findable_by_its_beginning() -> None:
    long = " ".join(f"s{number}" for number in range(100))

    assert set(asked_keys(long)) <= set(stored_keys(long))
    assert len(stored_keys(long)) == 2 * SYLLABLES_MAX - 1

"""What people call things that the catalogue calls otherwise."""

from typing import Final

from services.procedures.search.folding import bare, padded, spelled

SAYINGS: Final = {
    "sao y": "chứng thực bản sao",
    "công chứng bản sao": "chứng thực bản sao",
    "sổ đỏ": "giấy chứng nhận quyền sử dụng đất",
    "sổ hồng": "giấy chứng nhận quyền sử dụng đất",
    "hộ khẩu": "thường trú",
    "khai sanh": "khai sinh",
    "báo tử": "khai tử",
    "độc thân": "tình trạng hôn nhân",
    "bằng lái": "giấy phép lái xe",
    "gplx": "giấy phép lái xe",
    "gpxd": "giấy phép xây dựng",
    "cccd": "căn cước công dân",
    "bhyt": "bảo hiểm y tế",
    "htx": "hợp tác xã",
    "hkd": "hộ kinh doanh",
    "mở công ty": "thành lập công ty",
}
"""Said (nói thường ngày) and meant; what is typed without marks is compared without marks."""

_SPELLED: Final = {padded(spelled(said)): spelled(meant) for said, meant in SAYINGS.items()}
_BARE: Final = {padded(bare(said)): spelled(meant) for said, meant in SAYINGS.items()}


def meant_by(words: list[str], *, marked: bool) -> list[str] | None:
    """The words with the first saying in them replaced by what is meant; None without one."""
    text = padded(words)
    for said, meant in (_SPELLED if marked else _BARE).items():
        if said in text:
            return text.replace(said, padded(meant), 1).split()
    return None

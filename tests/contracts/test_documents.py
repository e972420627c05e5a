from pathlib import Path

import pytest

from deploy.documents.writing import pages

PAGES = pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_generated_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_bytes() == PAGES[path], "run `make docs`"

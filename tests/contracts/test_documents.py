from pathlib import Path

import pytest

from deploy.cli.documents import generated

GENERATED = generated()


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_a_generated_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_bytes() == GENERATED[path], "run `make docs`"

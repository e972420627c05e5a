from deploy.cli.documents import events_page
from deploy.cli.registry import ROOT


def test_the_page_of_events_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "events.md").read_text() == events_page(), "run `make docs`"

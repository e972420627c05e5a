import os
import subprocess
from pathlib import Path

import pytest

from deploy.local import environment, ports
from deploy.local.directory import DataDirectory

URLS = {name: f"postgresql://{name}@127.0.0.1/{name}" for name in environment.SERVICES}


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "dữ liệu")


def test_a_process_is_told_of_no_database_but_its_own(data: DataDirectory) -> None:
    data.create()
    settings = environment.of_system(data, ports.DEFAULTS, URLS, "nats://127.0.0.1")

    told = environment.for_service(settings, "sla")

    assert told["SLA_DATABASE_URL"] == URLS["sla"]
    assert settings.keys() - told.keys() == {
        "INTAKE_DATABASE_URL",
        "PROCEDURES_DATABASE_URL",
        "SURVEY_DATABASE_URL",
    }
    assert told["GATEWAY_SLA_URL"] == "http://127.0.0.1:8103"


def test_settings_written_are_read_the_same_here_and_by_a_shell(data: DataDirectory) -> None:
    data.create()
    settings = {"MOTCUA_DATA_DIR": str(data.root), "WITH_SIGNS": "a b$c'd\"e=f"}

    environment.write(data, settings)

    assert environment.read(data) == settings
    echo = f'. "{data.environment}"; printf %s "$WITH_SIGNS"'
    assert subprocess.check_output(["sh", "-c", echo], text=True) == settings["WITH_SIGNS"]


def test_what_the_caller_has_set_goes_before_the_running_systems_settings(
    data: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.create()
    environment.write(data, {"MOTCUA_PROFILE": "local", "SLA_PORT": "8103"})
    monkeypatch.setenv("MOTCUA_DATA_DIR", str(data.root))
    monkeypatch.setenv("MOTCUA_PROFILE", "production")
    # Set and taken away: what is loaded goes away with this test.
    monkeypatch.setenv("SLA_PORT", "")
    monkeypatch.delenv("SLA_PORT")

    environment.load()

    assert (os.environ["MOTCUA_PROFILE"], os.environ["SLA_PORT"]) == ("production", "8103")


def test_without_a_running_system_there_are_no_settings(data: DataDirectory) -> None:
    assert environment.read(data) == {}

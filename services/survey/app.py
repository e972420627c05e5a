"""The survey's web process."""

from fastapi import FastAPI

from services.survey import admission, tokens
from services.survey.api import ROUTERS
from services.survey.petitions.content import KEY_FILE
from services.survey.settings import load
from services.survey.sources import Sources
from services.survey.visits.counting import Visits
from shared.notices import channels
from shared.personal_data import Vault
from shared.service import build


def create() -> FastAPI:
    """Assemble the application from the environment's settings; raises SecretMissing."""
    settings = load()
    key = tokens.secret_of(settings.kernel)
    app = build(
        "Một Cửa – khảo sát hài lòng / satisfaction survey",
        settings,
        ROUTERS,
        alongside=lambda app: app.state.visits.running(),
    )
    local = settings.kernel.profile == "local"
    app.state.vault = Vault.load(settings.kernel.keys_dir, create=local, file=KEY_FILE)
    app.state.carriers = channels(local=local)
    app.state.sources = Sources(app.state.database)
    app.state.meters = admission.meters()
    app.state.visits = Visits(app.state.database, key)
    return app

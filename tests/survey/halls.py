"""A counter's hall: the service, a kiosk, and the officer beside it."""

from datetime import timedelta
from typing import Any

import httpx

from shared import clock
from tests.conftest import Client, ServiceClient
from tests.survey.factories import CODE, RETURNED, invite


class Hall:
    """Where one dossier was just returned."""

    def __init__(self, survey: Client, kiosk: dict[str, Any]) -> None:
        self.survey = survey
        self.kiosk = kiosk

    async def code(self, dossier: str = CODE) -> str:
        """What the officer shows for a dossier."""
        listed = await self.survey.http.get("/v1/surveys/invitations", params={"dossier": dossier})
        [invitation] = listed.json()["items"]
        made = await self.survey.http.post(f"/v1/surveys/invitations/{invitation['id']}/codes")
        assert made.status_code == 201, made.text
        code: str = made.json()["code"]
        return code

    async def at_kiosk(self, verb: str, **body: Any) -> httpx.Response:
        """What the device sends, which has no token of its own."""
        return await self.survey.http.post(
            f"/v1/kiosks/{self.kiosk['id']}:{verb}",
            json={"secret": self.kiosk["secret"]} | body,
            headers={"Authorization": ""},
        )

    async def opened(self) -> str:
        """The right to fill a slip in, by a code."""
        opened = await self.at_kiosk("open", code=await self.code())
        assert opened.status_code == 200, opened.text
        token: str = opened.json()["token"]
        return token

    def move(self, after: timedelta) -> None:
        """Let time pass."""
        self.survey.app.dependency_overrides[clock.now] = lambda: RETURNED + after


async def open_hall(service_client: ServiceClient) -> Hall:
    """Set a kiosk up, and invite for one dossier."""
    survey = await service_client("survey", at=RETURNED)
    await invite(survey.database_url)
    made = await survey.http.post("/v1/kiosks", json={"agency": "H20.40.01", "name": "Sảnh"})
    assert made.status_code == 201, made.text
    return Hall(survey, made.json())

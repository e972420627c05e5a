"""Files a dossier by the generated client, reads it, lists it, and meets a refusal.

Needs MOTCUA_URL and MOTCUA_TOKEN (a portal's or an officer's access token).
"""

import os
import uuid
from typing import TypeVar

from motcua_client import AuthenticatedClient
from motcua_client.api.dossiers import file_dossier, get_dossier, list_dossiers
from motcua_client.models import (
    Channel,
    DossierDetail,
    DossierView,
    Filing,
    ListedDossierPage,
    Person,
    ProblemView,
)

Wanted = TypeVar("Wanted")
PROCEDURE = "2.000908"
AGENCY = "H20.100"


def wanted(kind: type[Wanted], answer: object) -> Wanted:
    """The answer if it is of that kind: every operation may also answer a ProblemView."""
    if not isinstance(answer, kind):
        raise TypeError(f"not a {kind.__name__}: {answer}")
    return answer


def main() -> None:
    """Tell in one line each what happened."""
    applicant = Person(name="Nguyễn Thị Lan", identity_number=f"000{uuid.uuid4().int % 10**9:09d}")
    filing = Filing(
        procedure=PROCEDURE, agency=AGENCY, channel=Channel.COUNTER, applicant=applicant
    )
    key = uuid.uuid4().hex
    with AuthenticatedClient(
        base_url=os.environ["MOTCUA_URL"], token=os.environ["MOTCUA_TOKEN"]
    ) as client:
        filed = wanted(
            DossierView, file_dossier.sync(client=client, body=filing, idempotency_key=key)
        )
        again = file_dossier.sync(client=client, body=filing, idempotency_key=key)
        if wanted(DossierView, again).code != filed.code:
            raise ValueError("the same key filed twice")
        print(f"filed {filed.code}")

        read = wanted(DossierDetail, get_dossier.sync(filed.code, client=client))
        print(f"read {read.code} status {read.status.code}")

        page = list_dossiers.sync(client=client, agency=AGENCY, code=filed.code)
        print(f"listed {[item.code for item in wanted(ListedDossierPage, page).items]}")

        nobodys = get_dossier.sync("H20.100-200101-0001", client=client)
        refused = wanted(ProblemView, nobodys)
        print(f"refused {refused.status} {refused.code}: {refused.detail}")


if __name__ == "__main__":
    main()

"""Routes of reports."""

from fastapi import APIRouter

from services.sla.api.reports import causes, ii06a, late, rates, submitted

router = APIRouter()
for part in (ii06a, late, causes, rates, submitted):
    router.include_router(part.router)

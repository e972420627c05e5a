"""The routes of sla: clocks, simulated due dates, previews, reports."""

from services.sla.api import clocks, deadlines, previews, reports

ROUTERS = (clocks.router, deadlines.router, previews.router, reports.router)

"""The routes of sla: clocks, simulated due dates, reports."""

from services.sla.api import clocks, deadlines, reports

ROUTERS = (clocks.router, deadlines.router, reports.router)

"""Alarms before and after a due (cảnh báo thời hạn): ladders, the sweep, what was raised."""

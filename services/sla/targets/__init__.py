"""Targets of plans (chỉ tiêu), held against what was counted."""

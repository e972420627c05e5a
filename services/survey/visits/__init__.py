"""Visit counters of portals (thống kê truy cập)."""

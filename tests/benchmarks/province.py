"""PostgreSQL as a province would run it: memory for its tables, and every commit on the disk."""

from typing import Final

PROVINCE: Final = {
    "shared_buffers": "4GB",
    "temp_buffers": "256MB",
    "max_wal_size": "8GB",
    "fsync": "on",
    "full_page_writes": "on",
}

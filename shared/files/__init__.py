"""Files that people hand in: measured while they stream, kept by digest, told by content."""

from shared.files.kinds import KINDS, Kind
from shared.files.measuring import Measure
from shared.files.names import attachment, safe_name, sent_name
from shared.files.scanning import ScanFailed, is_clean
from shared.files.settings import BucketSettings
from shared.files.store import SHARDS, FileStore

__all__ = [
    "KINDS",
    "SHARDS",
    "BucketSettings",
    "FileStore",
    "Kind",
    "Measure",
    "ScanFailed",
    "attachment",
    "is_clean",
    "safe_name",
    "sent_name",
]

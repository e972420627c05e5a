"""What a calendar that is only being considered would move; no clock is touched."""

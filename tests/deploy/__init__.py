"""The local runner, proved with small throw-away processes."""

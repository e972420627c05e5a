"""Polls (bình chọn): questions to the visitors of a portal, one vote each."""

"""Owns satisfaction: instruments, invitations to judge a finished dossier, answers and scores."""

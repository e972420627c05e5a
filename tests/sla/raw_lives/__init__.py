"""Random lives of dossiers, and the report told from them as domain law words it.

Nothing here knows clocks, stands or counters: it replays each raw life and looks at its days.
"""

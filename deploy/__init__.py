"""How the system is set up, run and looked after."""

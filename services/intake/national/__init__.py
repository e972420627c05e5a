"""Tells the national portal how every dossier stands (DongBoHoSoMC, CapNhatTienDoHoSoMC)."""

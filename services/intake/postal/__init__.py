"""The public postal service (BCCI): orders, hand-over records, tracking, transit and money."""

"""What one caller may take of the gateway, and how much of it one service may hold."""

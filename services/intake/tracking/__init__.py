"""Public tracking: progress without a login for who knows the code and something of its people."""

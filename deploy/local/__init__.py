"""The whole system on one machine: PostgreSQL, NATS and every process, supervised."""

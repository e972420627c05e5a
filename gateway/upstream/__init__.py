"""Kept HTTP/1.1 connections to the services, no more than forwarding needs."""

"""The events as an AsyncAPI document, made from their own classes."""

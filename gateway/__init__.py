"""The one public door: names the caller, forwards to the owner of the data, owns no data itself."""

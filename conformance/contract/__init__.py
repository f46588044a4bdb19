"""Generic checks over the catalogue of every family."""

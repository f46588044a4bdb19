"""Kayako API v1: how its requests are written, and the checks of its behaviour."""

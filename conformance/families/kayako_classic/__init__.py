"""Kayako Classic REST API: XML answers, form-encoded requests, signed with HMAC-SHA256."""

"""Tags of users."""

from __future__ import annotations

from conformance.emulator.kayako_v1.pages._tags import Tagged

HANDLERS = Tagged("user", lambda context: context.find("user", context.keys["id"])).handlers("User")

"""Tags of users."""

from __future__ import annotations

from conformance.emulator.kayako_v1.pages import _tags

HANDLERS = {
    "addUserTags": lambda context: _tags.added(context, "user"),
    "replaceUserTags": lambda context: _tags.replaced(context, "user"),
    "removeUserTags": lambda context: _tags.removed(context, "user"),
}

"""A request before it is sent: an operation with its values, changed one named thing at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.engine.spec import Operation

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Upload:
    """A file to send as a part of a multipart body."""

    name: str
    filename: str
    content: bytes
    media: str = "application/octet-stream"


@dataclass(frozen=True)
class Draft:
    """An immutable request intent. Every method returns a changed copy."""

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: Fields = ()
    form: Fields = ()
    uploads: tuple[Upload, ...] = ()
    method: str = ""
    effect: str = ""
    credential: str = "valid"
    #: Who sends it; empty: whoever suits.
    role: str = ""
    #: Whether the role was found for it, since it names none.
    stands_in: bool = False
    address: str = ""
    headers: Fields = ()
    #: Raw resource path instead of the operation's, for addresses the catalogue does not know.
    raw_path: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", self.method or self.operation.method)
        object.__setattr__(self, "effect", self.effect or self.operation.effect)

    def without(self, *names: str) -> "Draft":
        """Leave parameters out, whichever place they stand in."""
        return replace(
            self,
            path={name: value for name, value in self.path.items() if name not in names},
            query=tuple((name, value) for name, value in self.query if name not in names),
            form=tuple((name, value) for name, value in self.form if name not in names),
            uploads=tuple(upload for upload in self.uploads if upload.name not in names),
        )

    def having(self, values: Mapping[str, Any] | None = None, /, **named: Any) -> "Draft":
        """Set parameters; a list repeats the field. Names unknown to the catalogue go where the
        operation's own fields go: into the form of a POST or PUT, else into the query."""
        draft = self
        for name, value in {**(values or {}), **named}.items():
            draft = draft._set(name, value)
        return draft

    def _set(self, name: str, value: Any) -> "Draft":
        place = next((p.place for p in self.operation.parameters if p.name == name), None)
        if place is None:
            place = "form" if self.method in ("POST", "PUT") else "query"
        if place == "path":
            return replace(self, path={**self.path, name: str(value)})
        values = value if isinstance(value, (list, tuple)) else [value]
        added = tuple((name, str(entry)) for entry in values)
        kept = tuple(pair for pair in getattr(self, place) if pair[0] != name)
        return (
            replace(self, query=kept + added)
            if place == "query"
            else replace(self, form=kept + added)
        )

    def sent_by(self, method: str, effect: str) -> "Draft":
        """The same resource by another HTTP method, which would have this effect."""
        return replace(self, method=method, effect=effect)

    def with_credential(self, flaw: str) -> "Draft":
        """Credentials wrong in one named way (the names are the catalogue's)."""
        return replace(self, credential=flaw)

    def by(self, role: str) -> "Draft":
        """Sent by a caller of this role."""
        return replace(self, role=role)

    def addressed(self, form: str) -> "Draft":
        """Written in another documented URL form (the names are the catalogue's)."""
        return replace(self, address=form)

    def at_path(self, raw_path: str) -> "Draft":
        """Sent to another resource path, in place of the operation's."""
        return replace(self, raw_path=raw_path)

    def with_upload(self, upload: Upload) -> "Draft":
        return replace(self, uploads=(*self.uploads, upload))

    def with_headers(self, **headers: str) -> "Draft":
        added = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return replace(self, headers=self.headers + added)

    def with_options(self, **options: Any) -> "Draft":
        """Hints that only the family's adapter understands."""
        return replace(self, options={**self.options, **options})

    @property
    def creates(self) -> bool:
        """Whether it makes an object that is accounted for, when it is served."""
        as_documented = self.effect == "create" and self.method == self.operation.method
        return self.operation.creates is not None and as_documented

    @property
    def resource_path(self) -> str:
        """The resource path with its arguments; optional ones are cut from the end."""
        if self.raw_path is not None:
            return self.raw_path
        segments: list[str] = []
        for segment in self.operation.path.split("/"):
            if not (segment.startswith("{") and segment.endswith("}")):
                segments.append(segment)
            elif segment[1:-1] in self.path:
                segments.append(self.path[segment[1:-1]])
            else:
                break
        return "/".join(segments)

    @property
    def sent(self) -> dict[str, Any]:
        """Everything sent, by name; repeated fields as lists."""
        values: dict[str, Any] = {upload.name: upload.filename for upload in self.uploads}
        values |= self.path
        for name, value in self.query + self.form:
            if name in values and name not in self.path:
                earlier = values[name]
                values[name] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
            else:
                values[name] = value
        return values

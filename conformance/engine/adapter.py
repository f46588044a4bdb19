"""What a family has to tell the engine: how its requests are written and what only it can judge."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from conformance.engine.answer import Item
from conformance.engine.chance import Chance
from conformance.engine.draft import Draft
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.journal import Made
from conformance.engine.secrets import Redactor
from conformance.engine.target import Target


@dataclass(frozen=True)
class Remark:
    """A broken promise of the envelope, by the aspect of the contract it belongs to."""

    aspect: str
    where: str
    promised: str
    got: str


class Adapter(ABC):
    """One API family's way to write requests and read what all its answers have in common."""

    family: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    #: Aspects of the contract that `envelope` can remark on.
    envelope_aspects: ClassVar[tuple[str, ...]] = ()

    def __init__(self, target: Target, chance: Chance, redactor: Redactor) -> None:
        self.target = target
        self.chance = chance
        self.redactor = redactor

    @classmethod
    @abstractmethod
    def check(cls, target: Target) -> None:
        """Raise ConfigurationError where the target lacks what this family needs."""

    @abstractmethod
    def prepare(self, draft: Draft) -> Request:
        """The draft as it goes over the wire, with credentials."""

    @abstractmethod
    def recognises(self, exchange: Exchange) -> bool:
        """Whether an answer to a good request looks like this family's at all."""

    def is_absent(self, exchange: Exchange) -> bool:
        """Whether a refusal says that nothing is at this path, or not for this method."""
        return exchange.status in (404, 405)

    def is_wrong_login(self, draft: Draft) -> bool:
        """Whether the server may count this request towards locking the caller out."""
        del draft
        return False

    def is_right_login(self, draft: Draft) -> bool:
        """Whether this request logs its role in, as one that follows a wrong login."""
        del draft
        return False

    def envelope(self, exchange: Exchange) -> Iterable[Remark]:
        """Broken promises that every successful answer of the family has to keep."""
        del exchange
        return ()

    def secrets_in(self, response: Response) -> Iterable[tuple[str, str]]:
        """What an answer shows that lets others act as the caller, each with its kind."""
        del response
        return ()

    def other_addresses(self) -> Sequence[str]:
        """The documented URL forms other than the target's own."""
        return ()

    def choose(self, kind: str, items: Sequence[Item]) -> Item | None:
        """Which existing object serves as a prerequisite of this kind; the first by default."""
        del kind
        return items[0] if items else None

    def find_made(self, made: Made, ask: Callable[..., Exchange]) -> Mapping[str, Any]:
        """The members, `id` among them, of an object whose creation does not show its id; `ask`
        sends an operation with these fields."""
        del made, ask
        return {}

    def reached(self, exchange: Exchange) -> int | None:
        """How many objects a call for several has reached; None where answers do not tell."""
        del exchange
        return None

    def defaults(self, kind: str) -> Mapping[str, Any]:
        """Values that a prerequisite of this kind is made with, beyond the catalogue's."""
        del kind
        return {}

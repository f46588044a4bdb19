"""What checks say about exchanges. Expectations collect; they never stop a check.

`expect(exchange)` binds the requirement(s) that a mismatch names. A chain ends at its first
mismatch, so that what follows from it is not reported again.
"""

from collections.abc import Callable, Iterable
from typing import Any

from conformance.engine.answer import Item
from conformance.engine.case import current
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import Exchange, answered, served
from conformance.engine.judging import shorten
from conformance.engine.matchers import Matcher
from conformance.engine.verdicts import Violation

Check = Callable[..., Any]


def covers(*requirements: str) -> Callable[[Check], Check]:
    """Name the requirements that a check can decide."""

    def mark(check: Check) -> Check:
        check.covers = requirements  # type: ignore[attr-defined]
        return check

    return mark


def each(cases: Callable[..., Iterable[Any]]) -> Callable[[Check], Check]:
    """Run a check once for each case that `cases(spec)` yields (see `engine.cases.CheckCase`)."""

    def mark(check: Check) -> Check:
        check.each = cases  # type: ignore[attr-defined]
        return check

    return mark


def judge(
    value: Any, matcher: Matcher, where: str, *requirements: str, got: str | None = None
) -> bool:
    """Hold any value against a matcher; returns whether it fits."""
    case = current()
    promised = matcher(value)
    if promised is None:
        return True
    shown = shorten(value) if got is None else got
    case.report(Violation(r, where, promised, shown) for r in case.named(requirements))
    return False


def violate(where: str, promised: str, got: str, *requirements: str) -> None:
    """Report a broken promise in words."""
    case = current()
    case.report(Violation(r, where, promised, got) for r in case.named(requirements))


class Expectation:
    """Expectations about one exchange, in a chain that ends at the first mismatch.

    Those about what an answer shows raise PrerequisiteBroken where the operation serves nobody.
    """

    def __init__(self, exchange: Exchange, requirements: tuple[str, ...]) -> None:
        case = current()
        case.saw(exchange)
        self._response = answered(exchange)
        self.exchange = exchange
        self.kept = True
        self._requirements = case.named(requirements)

    def status(self, *allowed: int) -> "Expectation":
        """The status is one of these."""
        if self.kept and self._response.status not in allowed:
            promised = "status " + " or ".join(map(str, allowed))
            self._violate("status line", promised, self._status_line())
        return self

    def success(self) -> "Expectation":
        """The server says it did what was asked (which success status is another promise)."""
        if self.kept and not self.exchange.succeeded:
            self._violate("status line", "success", self._status_line())
        return self

    def refused(self) -> "Expectation":
        """The server says that it did not do what was asked: any status from 400 to 499."""
        if self.kept and not 400 <= self._response.status < 500:
            self._violate("status line", "a refusal (4xx)", self._status_line())
        return self

    def has_item(self) -> "Expectation":
        """The answer holds exactly one object."""
        self._only_item()
        return self

    def item(self, name: str, matcher: Matcher) -> "Expectation":
        """A member of the answer's only object.

        Raises PrerequisiteBroken where the answer cannot be read or holds several objects: its
        shape is judged elsewhere, and says nothing about the member.
        """
        self._in_shape()
        item = self._only_item()
        if item is not None:
            self._match(item.get(name), matcher, item.where(name), present=name in item)
        return self

    def item_where(self, name: str, matcher: Matcher, **members: Any) -> "Expectation":
        """A member of the object in a list that has these other members."""
        if self.kept and self._readable():
            item = self.exchange.answer.find(**members)
            shown = ", ".join(f"{k} = {v}" for k, v in members.items())
            if item is None:
                self._violate(self._root(), f"an object with {shown}", "none in the list")
            else:
                self._match(item.get(name), matcher, item.where(name), present=name in item)
        return self

    def lists(self, **members: Any) -> "Expectation":
        """The answer holds an object with these members."""
        if self.kept and self._readable() and self.exchange.answer.find(**members) is None:
            shown = ", ".join(f"{k} = {v}" for k, v in members.items())
            count = len(self.exchange.answer.items)
            self._violate(self._root(), f"an object with {shown}", f"none among {count}")
        return self

    def lacks(self, **members: Any) -> "Expectation":
        """The answer holds no object with these members."""
        if self.kept and self._readable():
            item = self.exchange.answer.find(**members)
            if item is not None:
                shown = ", ".join(f"{k} = {v}" for k, v in members.items())
                self._violate(item.where(), f"no object with {shown}", "it is there")
        return self

    def values(self, name: str, matcher: Matcher) -> "Expectation":
        """The list of one member over all objects of the answer."""
        if self.kept and self._readable():
            values = [item.get(name) for item in self.exchange.answer.items]
            self._match(values, matcher, f"{self._root()}/*/{name}")
        return self

    def count(self, matcher: Matcher) -> "Expectation":
        """How many objects the answer holds."""
        if self.kept and self._readable():
            self._match(len(self.exchange.answer.items), matcher, f"count of {self._root()}/*")
        return self

    def value(self, matcher: Matcher, where: str = "body") -> "Expectation":
        """The whole value of the answer."""
        if self.kept:
            self._match(self.exchange.answer.value, matcher, where)
        return self

    def _in_shape(self) -> None:
        answer = self.exchange.answer
        if not self.kept or not self.exchange.succeeded:
            return
        several = f"{len(answer.items)} objects" if len(answer.items) > 1 else None
        trouble = answer.trouble or several
        if trouble is not None:
            name = self.exchange.operation.id if self.exchange.operation else "the request"
            raise PrerequisiteBroken(f"{name} answered with {trouble}")

    def _only_item(self) -> Item | None:
        if not self.kept or not self._readable():
            return None
        answer = self.exchange.answer
        if answer.item is None:
            self._violate(self._root(), "exactly one object", f"{len(answer.items)} objects")
        return answer.item

    def _readable(self) -> bool:
        answer = self.exchange.answer
        if not self.exchange.succeeded:
            served(self.exchange)
            self._violate("status line", "success", self._status_line())
        elif answer.problem is not None:
            self._violate("body", "a readable answer", answer.problem)
        return self.kept

    def _root(self) -> str:
        return self.exchange.answer.locate(()) if self.exchange.answer.document else "/"

    def _match(self, value: Any, matcher: Matcher, where: str, *, present: bool = True) -> None:
        promised = matcher(value)
        if promised is not None:
            self._violate(where, promised, shorten(value) if present else "no such member")

    def _status_line(self) -> str:
        return f"{self._response.status} {self._response.reason}".strip()

    def _violate(self, where: str, promised: str, got: str) -> None:
        self.kept = False
        current().report(Violation(r, where, promised, got) for r in self._requirements)


def expect(exchange: Exchange, *requirements: str) -> Expectation:
    """Start expectations about an exchange; a mismatch names these requirements.

    Without any, the only one the check covers. Raises ConnectionLost when there was no answer.
    """
    return Expectation(exchange, requirements)

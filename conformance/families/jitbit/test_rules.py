"""Automation rules: switched off and on again (sections "Rule", "DisableRule", "EnableRule").

Only the rule that the target file names is switched, and it is left switched on. Other processes
of the run may switch it meanwhile, so what speaks against the server is looked at again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.matchers import equal_to
from conformance.families.jitbit.people import accepted, aimed, item_of, readable, who

#: Seconds in which rules have run.
_TRIGGERING = 30.0
#: Seconds to wait at least for what has to stay away.
_LEAST = 0.5
#: How often a state is tried that another process may have changed.
_TRIES = 3
_NOT_THERE = (404, 405)


def _call(helpdesk: Helpdesk, operation_id: str, role: str = "") -> Exchange:
    """Call a rule operation by the method that serves; the documents name none."""
    draft = Draft(helpdesk.spec[operation_id]).having(id=helpdesk.known("rule")).by(role)
    exchange = helpdesk.send(draft)
    other = draft.operation.other_method
    if exchange.status in _NOT_THERE and other is not None:
        again = helpdesk.send(draft.sent_by(other, draft.effect))
        return again if again.succeeded else exchange
    return exchange


@dataclass(frozen=True)
class Sight:
    """Tags that the rule names and a new ticket has got, and the seconds that it took."""

    tags: frozenset[str]
    seconds: float


@dataclass(frozen=True)
class Switching:
    """The rule switched off and on, each twice, and what was read and seen meanwhile."""

    disabled: tuple[Exchange, Exchange]
    read_while_disabled: Exchange
    enabled: tuple[Exchange, Exchange]
    #: What a new ticket shows before, while the rule is disabled, and after.
    before: Sight
    between: Sight
    after: Sight


@pytest.fixture(scope="module")
def switching(helpdesk: Helpdesk) -> Iterator[Switching]:
    helpdesk.known("rule")
    accepted(_call(helpdesk, "enableRule"))
    try:
        yield _switched(helpdesk)
    finally:
        _call(helpdesk, "enableRule")


def _switched(helpdesk: Helpdesk) -> Switching:
    rule = _call(helpdesk, "getRule")
    before = _look(helpdesk, rule, _TRIGGERING)
    disabled = (_call(helpdesk, "disableRule"), _call(helpdesk, "disableRule"))
    read = _call(helpdesk, "getRule")
    patience = min(_TRIGGERING, _LEAST + 3 * before.seconds)
    between = after = before
    for _ in range(_TRIES if before.tags else 0):
        between = _look(helpdesk, rule, patience)
        if not between.tags:
            break
        _call(helpdesk, "disableRule")
    enabled = (_call(helpdesk, "enableRule"), _call(helpdesk, "enableRule"))
    for _ in range(_TRIES if before.tags else 0):
        after = _look(helpdesk, rule, _TRIGGERING)
        if after.tags:
            break
        _call(helpdesk, "enableRule")
    return Switching(disabled, read, enabled, before, between, after)


def _look(helpdesk: Helpdesk, rule: Exchange, seconds: float) -> Sight:
    """A new ticket with every word that the conditions of the rule name, and the tags that it gets
    of those that the actions name. A rule may do what nobody can undo, such as sending mail."""
    conditions, actions = _texts(rule, "Conditions"), _texts(rule, "Actions")
    if not actions or not helpdesk.target.allows("irreversible"):
        return Sight(frozenset(), 0)
    ticket = helpdesk.make("ticket", subject=f"{helpdesk.chance.mark} {' '.join(conditions)}")
    started = helpdesk.chance.now()

    def look() -> frozenset[str]:
        item = item_of(aimed(helpdesk, "getTicket", id=ticket.id))
        names = (str(tag.get("Name")) for tag in item.get("Tags") or ())
        return frozenset(tag for tag in names if tag in actions)

    tags = helpdesk.chance.poll(look, bool, seconds)
    return Sight(tags, helpdesk.chance.now() - started)


def _texts(rule: Exchange, part: str) -> list[str]:
    """The texts within a part of the rule, each once."""
    document = rule.answer.document
    found = document.root.iter(part) if document is not None else ()
    texts = (str(text).strip() for element in found for text in element.itertext())
    return list(dict.fromkeys(text for text in texts if text))


# Answers ----------------------------------------------------------------------------------------


@covers("JB-RULE-007")
@pytest.mark.parametrize("state", ["disabled", "enabled"])
def test_switching_is_answered_with_200_also_when_repeated(
    switching: Switching, state: str
) -> None:
    for exchange in switching.disabled if state == "disabled" else switching.enabled:
        expect(exchange).status(200)


@covers("JB-RULE-001")
def test_a_disabled_rule_can_still_be_read(switching: Switching) -> None:
    accepted(switching.disabled[0])
    read = switching.read_while_disabled
    expect(read).success()
    if read.succeeded:
        judge(readable(read).answer.root, equal_to("AutomationRule"), "root element")


@covers("JB-RULE-008")
@pytest.mark.parametrize("role", ["user", "technician"])
def test_only_administrators_read_and_switch_rules(helpdesk: Helpdesk, role: str) -> None:
    accepted(who(helpdesk, role))
    helpdesk.known("rule")
    accepted(_call(helpdesk, "enableRule"))
    for operation_id in ("getRule", "disableRule", "enableRule"):
        try:
            exchange = _call(helpdesk, operation_id, role)
        finally:
            accepted(_call(helpdesk, "enableRule"))
        if exchange.succeeded:
            got = f"{exchange.status} for {operation_id}, asked by a {role}"
            violate("status line", "a refusal", got)


# Effects ----------------------------------------------------------------------------------------


def _visible(switching: Switching) -> frozenset[str]:
    """The tags that show the rule at work. Skips where it shows in another way, or in none."""
    if not switching.before.tags:
        skip("the rule adds no tag to a new ticket with the words of its conditions")
    return switching.before.tags


@covers("JB-RULE-005")
def test_a_disabled_rule_does_not_trigger(switching: Switching) -> None:
    visible = _visible(switching)
    accepted(switching.disabled[0])
    left = sorted(visible & switching.between.tags)
    judge(left, equal_to([]), "tags that the disabled rule has added")


@covers("JB-RULE-006")
def test_an_enabled_rule_triggers_again(switching: Switching) -> None:
    visible = _visible(switching)
    accepted(switching.enabled[0])
    missing = sorted(visible - switching.after.tags)
    judge(missing, equal_to([]), "tags that the enabled rule has not added")

"""Subscribers of a ticket: added, added again, removed (sections "AddSubscriber (POST)",
"RemoveSubscriber (POST)", "Subscribers (GET)")."""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, violate
from conformance.families.jitbit.prerequisites import accepted, listing, number_of, taken
from conformance.families.jitbit.ticketwork import new_ticket


@dataclass(frozen=True)
class Subscription:
    """A user who subscribes, does it again and leaves; the list after each."""

    user: int
    added: Exchange
    with_user: Exchange
    added_again: Exchange
    with_user_again: Exchange
    removed: Exchange
    without_user: Exchange


@pytest.fixture(scope="module")
def subscription(helpdesk: Helpdesk) -> Subscription:
    ticket = new_ticket(helpdesk).id
    user = number_of(helpdesk.obtain("user", "subscriber"))
    exchanges = []
    for operation in ("addSubscriber", "addSubscriber", "removeSubscriber"):
        exchanges.append(helpdesk.call(operation, id=ticket, userId=user))
        exchanges.append(helpdesk.call("listSubscribers", id=ticket))
    return Subscription(user, *exchanges)


def identified(listed: Exchange) -> Exchange:
    """The list itself; that its items show a UserID is only recommended. Raises PrerequisiteBroken
    where they do not."""
    return accepted(listing(listed, "UserID"))


@covers("JB-SUBS-001", "JB-SUBS-004")
def test_an_added_subscriber_is_listed(subscription: Subscription) -> None:
    if taken(subscription.added, "JB-SUBS-001"):
        listed = expect(identified(subscription.with_user), "JB-SUBS-001", "JB-SUBS-004")
        listed.lists(UserID=subscription.user)


@covers("JB-SUBS-007")
def test_a_subscriber_added_twice_is_listed_once(subscription: Subscription) -> None:
    accepted(subscription.added)
    items = identified(subscription.with_user_again).answer.items
    times = sum(item.get("UserID") == subscription.user for item in items)
    if times != 1:
        violate("/*/UserID", f"{subscription.user} once", f"{times} times")


@covers("JB-SUBS-002", "JB-SUBS-004")
def test_a_removed_subscriber_is_not_listed(subscription: Subscription) -> None:
    accepted(subscription.added)
    if taken(subscription.removed, "JB-SUBS-002"):
        listed = expect(identified(subscription.without_user), "JB-SUBS-002", "JB-SUBS-004")
        listed.lacks(UserID=subscription.user)

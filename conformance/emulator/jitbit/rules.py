"""Automation rules: tag new tickets of a category whose subject holds a word."""

from __future__ import annotations

from xml.sax.saxutils import escape

from conformance.emulator.jitbit.context import Context, File, Handler, Outcome
from conformance.emulator.jitbit.tags import add_tag
from conformance.emulator.store import Row

# The prolog names another encoding than the bytes have, as on genuine servers.
_XML = """<?xml version="1.0" encoding="utf-16"?>
<AutomationRule xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <RuleID>{id}</RuleID>
  <Name>{name}</Name>
  <Enabled>{enabled}</Enabled>
  <Trigger>NewTicket</Trigger>
  <Conditions>
    <Condition>
      <Field>CategoryID</Field>
      <Operator>Equals</Operator>
      <Value>{categoryid}</Value>
    </Condition>
    <Condition>
      <Field>Subject</Field>
      <Operator>Contains</Operator>
      <Value>{word}</Value>
    </Condition>
  </Conditions>
  <Actions>
    <Action>
      <Type>AddTag</Type>
      <Value>{tag}</Value>
    </Action>
  </Actions>
</AutomationRule>
"""


def run(context: Context, ticket: Row) -> None:
    """Let the enabled rules act on a new ticket."""
    if context.skips("rules"):
        return
    for rule in context.store.where("rules", categoryid=ticket["categoryid"]):
        fits = rule["word"].casefold() in ticket["subject"].casefold()
        if fits and (rule["enabled"] or context.skips("rule-disabled")):
            add_tag(context, ticket["id"], rule["tag"])


def _get(context: Context) -> Outcome:
    rule = context.find("rules", context.given["id"], "rule")
    texts = {name: escape(str(value)) for name, value in rule.items()}
    texts["enabled"] = "true" if rule["enabled"] else "false"
    return File(_XML.format(**texts).encode(), "text/xml; charset=utf-8")


def _switch(on: int) -> Handler:
    def handle(context: Context) -> None:
        rule = context.find("rules", context.given["id"], "rule")
        context.store.update("rules", rule["id"], {"enabled": on})

    return handle


HANDLERS: dict[str, Handler] = {
    "getRule": _get,
    "enableRule": _switch(1),
    "disableRule": _switch(0),
}

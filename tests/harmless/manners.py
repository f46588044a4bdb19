"""Ways in which servers differ and break no promise, with the statements that allow them."""

import random
import re
from collections.abc import Callable

from lxml import etree

from tests.harmless.proxy import Answered, Asked, Change, Instead

Element = etree._Element
_PARSER = etree.XMLParser(strip_cdata=False)
_PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_ROOTS = {
    "/Base/Department": "departments",
    "/Base/Staff": "staffusers",
    "/Base/StaffGroup": "staffgroups",
    "/Base/User": "users",
    "/Base/UserGroup": "usergroups",
    "/Base/UserOrganization": "userorganizations",
    "/Tickets/TicketStatus": "ticketstatuses",
    "/Tickets/TicketPriority": "ticketpriorities",
    "/Tickets/TicketType": "tickettypes",
}
_SINGLE = re.compile(r"(?P<resource>/(?:Base|Tickets)/\w+)/(?P<id>[^/]+)")


def on_xml(change: Callable[[Element], None]) -> Change:
    """A change of every XML answer, made on its tree."""

    def changed(_asked: Asked, answered: Answered) -> Answered:
        if not answered.is_xml:
            return answered
        root = etree.fromstring(answered.body, _PARSER)
        change(root)
        body = _PROLOG + etree.tostring(root, encoding="UTF-8", xml_declaration=False)
        return Answered(answered.status, answered.headers, body)

    return changed


# Texts and headers (KC-PROTO-029, disagreement 39: error bodies are free; 40: no Content-Type) ---


def error_text(text: str) -> Change:
    """Every refusal has this body."""

    def changed(_asked: Asked, answered: Answered) -> Answered:
        if answered.status < 400:
            return answered
        return Answered(answered.status, answered.headers, text.encode())

    return changed


def content_type(value: str) -> Change:
    return lambda _asked, answered: answered.with_header("Content-Type", value)


def more_headers(_asked: Asked, answered: Answered) -> Answered:
    changed = answered.with_header("Set-Cookie", "visit=1; Path=/; HttpOnly")
    changed = changed.with_header("X-Powered-By", "something else")
    return changed.with_header("Cache-Control", "no-store")


def answered_deletes(asked: Asked, answered: Answered) -> Answered:
    """Deletes say something (KC-PROTO-022: what they say carries no information)."""
    if asked.verb != "DELETE" or answered.status != 200:
        return answered
    return Answered(200, answered.headers, b"It is gone.")


# The form of the XML (KC-PROTO-032 to KC-PROTO-034, KC-PROTO-036) --------------------------------


def _elements(root: Element) -> list[Element]:
    return [e for e in root.iter() if isinstance(e.tag, str)]


def _add_unknown(root: Element) -> None:
    for element in _elements(root):
        element.set("zzcached", "1")
        if len(element) and element is not root:
            extra = etree.SubElement(element, "zzextra")
            etree.SubElement(extra, "inner").text = "nobody knows me"
    root.append(etree.Element("zzstatistics", total="12"))


def _reorder(root: Element) -> None:
    """Children of objects in another order; those of the same name keep theirs."""
    for element in _elements(root):
        names = list(dict.fromkeys(child.tag for child in element))
        if len(names) > 1:
            random.Random(len(names)).shuffle(names)
            element[:] = [child for name in names for child in element if child.tag == name]


def _comment(root: Element) -> None:
    for element in _elements(root):
        if len(element):
            element.insert(0, etree.Comment(" rendered in 0.01 s "))
            element.append(etree.Comment(" end "))


def _pretty(root: Element) -> None:
    for element in _elements(root):
        if len(element):
            element.text = element.text if (element.text or "").strip() else None
        element.tail = None if not (element.tail or "").strip() else element.tail
    etree.indent(root, "    ")


def _flat(root: Element) -> None:
    for element in _elements(root):
        if len(element) and not (element.text or "").strip():
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None


def _plain_text(root: Element) -> None:
    for element in _elements(root):
        if not len(element) and element.text is not None:
            element.text = str(element.text)


def _cdata(root: Element) -> None:
    for element in _elements(root):
        text = element.text
        if not len(element) and text and "]]>" not in text:
            element.text = etree.CDATA(text)


def _written_out(root: Element) -> None:
    """Empty elements with two tags."""
    for element in _elements(root):
        if not len(element) and not element.text:
            element.text = ""


unknown_members = on_xml(_add_unknown)
other_order = on_xml(_reorder)
comments = on_xml(_comment)
pretty = on_xml(_pretty)
flat = on_xml(_flat)
without_cdata = on_xml(_plain_text)
cdata_everywhere = on_xml(_cdata)
written_out = on_xml(_written_out)


# Older servers, other choices --------------------------------------------------------------------


def without(*paths: str) -> Change:
    """Without these elements (ElementTree paths)."""

    def change(root: Element) -> None:
        for path in paths:
            for element in root.findall(path):
                parent = element.getparent()
                if parent is not None:
                    parent.remove(element)

    return on_xml(change)


def unknown_is_not_found(asked: Asked, answered: Answered) -> Answered:
    """404 for an unknown id of a Base resource, in place of an empty root (disagreement 12)."""
    found = _SINGLE.fullmatch(asked.resource)
    if not found or found["resource"] not in _ROOTS or asked.verb != "GET":
        return answered
    if not answered.is_xml or len(etree.fromstring(answered.body)):
        return answered
    return Answered(404, (), b"")


def unknown_is_empty(asked: Asked, answered: Answered) -> Answered:
    """An empty root for an unknown id of a Base resource, in place of 404 (KC-PROTO-043)."""
    found = _SINGLE.fullmatch(asked.resource)
    if not found or found["resource"] not in _ROOTS or asked.verb != "GET":
        return answered
    if answered.status != 404:
        return answered
    root = _ROOTS[found["resource"]]
    return Answered(200, (("Content-Type", "text/xml"),), _PROLOG + f"<{root}/>".encode())


def without_resource(path: str) -> Instead:
    """Nothing answers at this resource path and below it."""

    def instead(asked: Asked) -> Answered | None:
        if asked.resource == path or asked.resource.startswith(f"{path}/"):
            return Answered(404, (), b"no such controller")
        return None

    return instead

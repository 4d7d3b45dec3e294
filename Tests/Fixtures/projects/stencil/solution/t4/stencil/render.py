"""Renders a template with values."""

from stencil.errors import TemplateError
from stencil.filters import FILTERS
from stencil.parser import parse

_MISSING = object()


def render(text, values):
    """Answers the template with its values put in."""
    return "".join(_pieces(parse(text), values))


def _pieces(nodes, values):
    for node in nodes:
        if node[0] == "text":
            yield node[1]
        elif node[0] == "value":
            yield _filtered(_required(node[1], values), node[2] or ["escape"])
        elif node[0] == "if":
            found = _look_up(node[1], values)
            if found is not _MISSING and found:
                yield from _pieces(node[2], values)
        else:
            for item in _required(node[2], values):
                yield from _pieces(node[3], {**values, node[1]: item})


def _look_up(name, values):
    found = values
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            return _MISSING
        found = found[part]
    return found


def _required(name, values):
    found = _look_up(name, values)
    if found is _MISSING:
        raise TemplateError(f"there is no value '{name}'")
    return found


def _filtered(value, filters):
    for name in filters:
        if name not in FILTERS:
            raise TemplateError(f"there is no filter '{name}'")
        value = FILTERS[name](value)
    return value

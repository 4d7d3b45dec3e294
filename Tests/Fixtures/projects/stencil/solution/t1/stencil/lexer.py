"""Splits a template into text, values and blocks."""

from stencil.errors import TemplateError

_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_KINDS = {"{{": "value", "{%": "block"}


def tokens(text):
    """Answers a list of (kind, value, line); comments and empty texts are left out."""
    result = []
    line = 1
    position = 0
    while position < len(text):
        starts = [start for start in (text.find(mark, position) for mark in _CLOSING) if start >= 0]
        start = min(starts, default=len(text))
        if start > position:
            result.append(("text", text[position:start], line))
            line += text.count("\n", position, start)
        if start == len(text):
            break
        opening = text[start:start + 2]
        end = text.find(_CLOSING[opening], start + 2)
        if end < 0:
            raise TemplateError(f"'{opening}' is not closed", line)
        if opening in _KINDS:
            result.append((_KINDS[opening], text[start + 2:end].strip(), line))
        line += text.count("\n", start, end)
        position = end + 2
    return result

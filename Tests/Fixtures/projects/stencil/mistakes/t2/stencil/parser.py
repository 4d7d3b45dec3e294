"""Builds the tree of a template from its tokens."""

from stencil.errors import TemplateError
from stencil.lexer import tokens


def parse(text):
    """Answers the nodes of a template."""
    root = []
    open_blocks = []  # (node without its children, children, line)
    nodes = root
    for kind, value, line in tokens(text):
        if kind == "text":
            nodes.append(("text", value))
        elif kind == "value":
            nodes.append(_value(value, line))
        elif value == "end":
            if not open_blocks:
                continue
            head, children, _ = open_blocks.pop()
            nodes = open_blocks[-1][1] if open_blocks else root
            nodes.append((*head, children))
        else:
            open_blocks.append((_block(value, line), [], line))
            nodes = open_blocks[-1][1]
    if open_blocks:
        head, _, line = open_blocks[-1]
        raise TemplateError(f"'{head[0]}' is not ended", line)
    return root


def _value(text, line):
    name, *filters = (part.strip() for part in text.split("|"))
    if not name or not all(filters):
        raise TemplateError(f"'{text}' needs a name, and filters after '|'", line)
    return ("value", name, filters)


def _block(text, line):
    words = text.split()
    if len(words) == 2 and words[0] == "if":
        return ("if", words[1])
    if len(words) == 4 and words[0] == "for" and words[2] == "in":
        return ("for", words[1], words[3])
    raise TemplateError(f"unknown block '{text}'", line)

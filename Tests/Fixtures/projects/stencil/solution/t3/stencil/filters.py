"""The filters that a template may apply to a value; each answers a text."""

import html

FILTERS = {
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
    "trim": lambda value: str(value).strip(),
    "length": lambda value: str(len(value)),
    "escape": lambda value: html.escape(str(value), quote=True),
}

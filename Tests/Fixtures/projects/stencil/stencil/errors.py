class TemplateError(Exception):
    """A template that cannot be read or rendered; `line` counts from 1, or is None where there is none."""

    def __init__(self, message, line=None):
        super().__init__(message if line is None else f"line {line}: {message}")
        self.line = line

import unittest

from stencil.errors import TemplateError
from stencil.lexer import tokens


class LexerTest(unittest.TestCase):
    def test_plain_text(self):
        self.assertEqual(tokens("a\nb"), [("text", "a\nb", 1)])

    def test_empty(self):
        self.assertEqual(tokens(""), [])

    def test_marks(self):
        self.assertEqual(
            tokens("Hi {{ name }}!{% end %}"),
            [("text", "Hi ", 1), ("value", "name", 1), ("text", "!", 1), ("block", "end", 1)],
        )

    def test_comment_is_left_out(self):
        self.assertEqual(tokens("a{# no\nno #}b"), [("text", "a", 1), ("text", "b", 2)])

    def test_lines(self):
        self.assertEqual(tokens("\n\n{{ x }}\n{{ y }}")[1], ("value", "x", 3))
        self.assertEqual(tokens("\n\n{{ x }}\n{{ y }}")[3], ("value", "y", 4))

    def test_single_braces_are_text(self):
        self.assertEqual(tokens("{ } }}"), [("text", "{ } }}", 1)])

    def test_unclosed_mark(self):
        for text in ("a\n{{ x", "a\n{% if", "a\n{# c"):
            with self.assertRaises(TemplateError) as caught:
                tokens(text)
            self.assertEqual(caught.exception.line, 2)


if __name__ == "__main__":
    unittest.main()

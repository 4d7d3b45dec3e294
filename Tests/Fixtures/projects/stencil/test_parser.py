import unittest

from stencil.errors import TemplateError
from stencil.parser import parse


class ParserTest(unittest.TestCase):
    def test_text_and_value(self):
        self.assertEqual(parse("a{{ b }}"), [("text", "a"), ("value", "b", [])])

    def test_filters(self):
        self.assertEqual(parse("{{ b | upper|trim }}"), [("value", "b", ["upper", "trim"])])

    def test_if(self):
        self.assertEqual(parse("{% if a %}x{% end %}y"), [("if", "a", [("text", "x")]), ("text", "y")])

    def test_for(self):
        self.assertEqual(
            parse("{% for i in list %}{{ i }}{% end %}"), [("for", "i", "list", [("value", "i", [])])]
        )

    def test_nested(self):
        self.assertEqual(
            parse("{% for i in l %}{% if i %}x{% end %}{% end %}"),
            [("for", "i", "l", [("if", "i", [("text", "x")])])],
        )

    def test_errors(self):
        for text, line in (
            ("\n{% while x %}", 2),
            ("\n{% if x %}\n", 2),
            ("\n\n{% end %}", 3),
            ("{% for x %}{% end %}", 1),
            ("{% if a b %}{% end %}", 1),
            ("{{ }}", 1),
            ("{{ a| }}", 1),
        ):
            with self.subTest(text=text), self.assertRaises(TemplateError) as caught:
                parse(text)
            self.assertEqual(caught.exception.line, line)


if __name__ == "__main__":
    unittest.main()

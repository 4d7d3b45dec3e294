import unittest

from stencil.errors import TemplateError
from stencil.render import render


class RenderTest(unittest.TestCase):
    def test_value(self):
        self.assertEqual(render("Hi {{ name }}!", {"name": "Ada"}), "Hi Ada!")

    def test_values_are_escaped(self):
        self.assertEqual(render("{{ a }}", {"a": "<b>"}), "&lt;b&gt;")

    def test_filtered_values_are_not_escaped(self):
        self.assertEqual(render("{{ a|upper }}", {"a": "<b>"}), "<B>")
        self.assertEqual(render("{{ a|trim|escape }}", {"a": " <b> "}), "&lt;b&gt;")

    def test_dots(self):
        self.assertEqual(render("{{ user.name.first }}", {"user": {"name": {"first": "Ada"}}}), "Ada")

    def test_if(self):
        self.assertEqual(render("{% if a %}x{% end %}", {"a": 1}), "x")
        self.assertEqual(render("{% if a %}x{% end %}", {"a": []}), "")
        self.assertEqual(render("{% if a.b %}x{% end %}", {}), "")

    def test_for(self):
        self.assertEqual(render("{% for i in l %}{{ i }},{% end %}", {"l": [1, 2]}), "1,2,")

    def test_the_item_hides_a_value_inside_the_loop_only(self):
        self.assertEqual(render("{{ i }}{% for i in l %}{{ i }}{% end %}{{ i }}", {"i": "a", "l": ["b"]}), "aba")

    def test_nested_loops(self):
        template = "{% for row in rows %}{% for cell in row %}{{ cell }}{% end %};{% end %}"
        self.assertEqual(render(template, {"rows": [[1, 2], [3]]}), "12;3;")

    def test_missing_name(self):
        for template in ("{{ a }}", "{{ a.b }}", "{% for i in a %}{% end %}"):
            with self.subTest(template=template), self.assertRaises(TemplateError):
                render(template, {"b": 1})

    def test_unknown_filter(self):
        with self.assertRaises(TemplateError):
            render("{{ a|shout }}", {"a": 1})

    def test_values_are_left_as_they_were(self):
        values = {"l": [1], "i": 0}
        render("{% for i in l %}{% end %}", values)
        self.assertEqual(values, {"l": [1], "i": 0})


if __name__ == "__main__":
    unittest.main()

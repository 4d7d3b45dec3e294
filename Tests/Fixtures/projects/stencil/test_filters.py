import unittest

from stencil.filters import FILTERS


class FiltersTest(unittest.TestCase):
    def test_names(self):
        self.assertEqual(sorted(FILTERS), ["escape", "length", "lower", "trim", "upper"])

    def test_text_filters(self):
        self.assertEqual(FILTERS["upper"]("aß"), "ASS")
        self.assertEqual(FILTERS["lower"]("A"), "a")
        self.assertEqual(FILTERS["trim"](" a "), "a")

    def test_numbers_are_texts(self):
        self.assertEqual(FILTERS["upper"](7), "7")

    def test_length(self):
        self.assertEqual(FILTERS["length"]([1, 2]), "2")
        self.assertEqual(FILTERS["length"]("abc"), "3")

    def test_escape(self):
        self.assertEqual(FILTERS["escape"]("<a href='x'>&\"</a>"), "&lt;a href=&#x27;x&#x27;&gt;&amp;&quot;&lt;/a&gt;")


if __name__ == "__main__":
    unittest.main()

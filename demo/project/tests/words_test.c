#include "../tally.h"
#include "check.h"

TEST(finds_words_one_after_the_other) {
  const char *position = "one, two";
  struct word word = {0};
  CHECK_NUMBER(next_word(&position, &word), 1);
  CHECK_TEXT(word.start, word.length, "one");
  CHECK_NUMBER(next_word(&position, &word), 1);
  CHECK_TEXT(word.start, word.length, "two");
  CHECK_NUMBER(next_word(&position, &word), 0);
}

TEST(finds_no_word_in_an_empty_text) {
  const char *position = "";
  struct word word = {0};
  CHECK_NUMBER(next_word(&position, &word), 0);
}

TEST(finds_no_word_among_separators) {
  const char *position = " .,;\n\t-- '' ";
  struct word word = {0};
  CHECK_NUMBER(next_word(&position, &word), 0);
}

TEST(keeps_an_inner_apostrophe) {
  const char *position = "don't";
  struct word word = {0};
  CHECK_NUMBER(next_word(&position, &word), 1);
  CHECK_TEXT(word.start, word.length, "don't");
}

TEST(drops_quotation_marks_around_a_word) {
  const char *position = "'quoted' text";
  struct word word = {0};
  CHECK_NUMBER(next_word(&position, &word), 1);
  CHECK_TEXT(word.start, word.length, "quoted");
}

TEST(counts_digits_as_letters) {
  const char *position = "mp3 2024";
  struct word word = {0};
  CHECK_NUMBER(next_word(&position, &word), 1);
  CHECK_TEXT(word.start, word.length, "mp3");
  CHECK_NUMBER(next_word(&position, &word), 1);
  CHECK_TEXT(word.start, word.length, "2024");
}

int main(void) {
  RUN(finds_words_one_after_the_other);
  RUN(finds_no_word_in_an_empty_text);
  RUN(finds_no_word_among_separators);
  RUN(keeps_an_inner_apostrophe);
  RUN(drops_quotation_marks_around_a_word);
  RUN(counts_digits_as_letters);
  return finish();
}

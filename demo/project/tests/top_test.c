#include "../tally.h"
#include "check.h"

TEST(finds_nothing_in_an_empty_text) {
  struct entry entries[3];
  CHECK_NUMBER(top_words("", entries, 3), 0);
}

TEST(puts_the_most_frequent_word_first) {
  struct entry entries[3] = {0};
  CHECK_NUMBER(top_words("b a b c b a", entries, 3), 3);
  CHECK_TEXT(entries[0].word, strlen(entries[0].word), "b");
  CHECK_NUMBER(entries[0].count, 3);
  CHECK_TEXT(entries[1].word, strlen(entries[1].word), "a");
  CHECK_NUMBER(entries[1].count, 2);
}

TEST(orders_equal_words_alphabetically) {
  struct entry entries[3] = {0};
  CHECK_NUMBER(top_words("pear fig apple", entries, 3), 3);
  CHECK_TEXT(entries[0].word, strlen(entries[0].word), "apple");
  CHECK_TEXT(entries[1].word, strlen(entries[1].word), "fig");
  CHECK_TEXT(entries[2].word, strlen(entries[2].word), "pear");
}

TEST(counts_without_regard_to_case) {
  struct entry entries[2] = {0};
  CHECK_NUMBER(top_words("The cat, the CAT, THE end", entries, 2), 2);
  CHECK_TEXT(entries[0].word, strlen(entries[0].word), "the");
  CHECK_NUMBER(entries[0].count, 3);
  CHECK_TEXT(entries[1].word, strlen(entries[1].word), "cat");
  CHECK_NUMBER(entries[1].count, 2);
}

TEST(stops_at_the_limit) {
  struct entry entries[1] = {0};
  CHECK_NUMBER(top_words("x y y", entries, 1), 1);
  CHECK_TEXT(entries[0].word, strlen(entries[0].word), "y");
  CHECK_NUMBER(top_words("x y y", entries, 0), 0);
}

TEST(cuts_a_word_that_does_not_fit) {
  char text[201] = {0};
  struct entry entries[1] = {0};
  memset(text, 'w', 200);
  CHECK_NUMBER(top_words(text, entries, 1), 1);
  CHECK_NUMBER(strlen(entries[0].word), word_capacity - 1);
}

int main(void) {
  RUN(finds_nothing_in_an_empty_text);
  RUN(puts_the_most_frequent_word_first);
  RUN(orders_equal_words_alphabetically);
  RUN(counts_without_regard_to_case);
  RUN(stops_at_the_limit);
  RUN(cuts_a_word_that_does_not_fit);
  return finish();
}

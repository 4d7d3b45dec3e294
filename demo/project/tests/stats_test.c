#include "../tally.h"
#include "check.h"

TEST(measures_an_empty_text) {
  struct stats stats = measure("");
  CHECK_NUMBER(stats.lines, 0);
  CHECK_NUMBER(stats.words, 0);
  CHECK_NUMBER(stats.bytes, 0);
  CHECK_NUMBER(stats.longest, 0);
}

TEST(counts_words_and_bytes) {
  struct stats stats = measure("to be, or not to be\n");
  CHECK_NUMBER(stats.words, 6);
  CHECK_NUMBER(stats.bytes, 20);
}

TEST(counts_lines) {
  CHECK_NUMBER(measure("one\ntwo\n").lines, 2);
  CHECK_NUMBER(measure("\n\n").lines, 2);
}

TEST(counts_a_last_line_without_a_newline) {
  CHECK_NUMBER(measure("one").lines, 1);
  CHECK_NUMBER(measure("one\ntwo").lines, 2);
}

TEST(finds_the_longest_word) {
  CHECK_NUMBER(measure("a bee ceded, don't").longest, 5);
}

int main(void) {
  RUN(measures_an_empty_text);
  RUN(counts_words_and_bytes);
  RUN(counts_lines);
  RUN(counts_a_last_line_without_a_newline);
  RUN(finds_the_longest_word);
  return finish();
}

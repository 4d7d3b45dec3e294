#include "tally.h"

static int is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

int next_word(const char **position, struct word *word) {
  const char *start = *position;
  while (*start != '\0' && !is_letter_or_digit(*start)) start++;

  // An apostrophe is never first, and the text ends with a NUL, so both neighbours exist.
  const char *end = start;
  while (is_letter_or_digit(*end) || (*end == '\'' && end > start && is_letter_or_digit(end[1]))) end++;

  *position = end;
  word->start = start;
  word->length = (size_t)(end - start);
  return word->length > 0;
}

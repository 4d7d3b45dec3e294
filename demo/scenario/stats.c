#include "tally.h"

struct stats measure(const char *text) {
  struct stats stats = {0};
  for (; text[stats.bytes] != '\0'; stats.bytes++) {
    if (text[stats.bytes] == '\n') stats.lines++;
  }
  if (stats.bytes > 0 && text[stats.bytes - 1] != '\n') stats.lines++;

  const char *position = text;
  struct word word;
  while (next_word(&position, &word)) {
    stats.words++;
    if (word.length > stats.longest) stats.longest = word.length;
  }
  return stats;
}

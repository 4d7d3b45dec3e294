#include "tally.h"

#include <stdlib.h>
#include <string.h>

// Copies a word, cut to what fits.
static void copy_word(char *to, struct word word) {
  size_t length = word.length < word_capacity ? word.length : word_capacity - 1;
  memcpy(to, word.start, length);
  to[length] = '\0';
}

// Orders entries by falling frequency, then by the alphabet.
static int compare(const void *a, const void *b) {
  const struct entry *left = a, *right = b;
  if (left->count != right->count) return left->count < right->count ? 1 : -1;
  return strcmp(left->word, right->word);
}

size_t top_words(const char *text, struct entry *entries, size_t limit) {
  struct entry *all = NULL;
  size_t count = 0, capacity = 0;
  const char *position = text;
  struct word word;

  while (next_word(&position, &word)) {
    struct entry next = {.count = 1};
    copy_word(next.word, word);
    size_t index = 0;
    while (index < count && strcmp(all[index].word, next.word) != 0) index++;
    if (index < count) {
      all[index].count++;
      continue;
    }
    if (count == capacity) {
      size_t larger = capacity ? 2 * capacity : 64;
      struct entry *grown = realloc(all, larger * sizeof *all);
      if (grown == NULL) break;
      all = grown;
      capacity = larger;
    }
    all[count++] = next;
  }

  if (count > 0) qsort(all, count, sizeof *all, compare);
  if (count > limit) count = limit;
  if (count > 0) memcpy(entries, all, count * sizeof *all);
  free(all);
  return count;
}

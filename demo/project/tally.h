// The functions of tally. Texts are NUL-terminated; nothing here keeps a pointer to one after it returns.
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>

// A word inside a text. It is not NUL-terminated.
struct word {
  const char *start;
  size_t length;
};

// Finds the first word at or after *position and moves *position behind it. Returns 1, or 0 when there is no word left.
int next_word(const char **position, struct word *word);

struct stats {
  size_t lines;
  size_t words;
  size_t bytes;
  size_t longest;  // the length of the longest word
};

// Measures a text.
struct stats measure(const char *text);

enum { word_capacity = 64 };

// A word in lower case, cut to what fits, and how often it occurs.
struct entry {
  char word[word_capacity];
  size_t count;
};

// Fills `entries` with at most `limit` words of a text, the most frequent first, words of equal frequency in alphabetical
// order, and returns how many there are.
size_t top_words(const char *text, struct entry *entries, size_t limit);

#endif

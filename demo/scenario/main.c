#include "tally.h"

#include <stdio.h>
#include <stdlib.h>

enum { report_length = 5 };

// Reads a whole file into a NUL-terminated text of its own. Returns NULL when that fails.
static char *read_text(FILE *file) {
  size_t length = 0, capacity = 4096;
  char *text = malloc(capacity);
  while (text != NULL) {
    length += fread(text + length, 1, capacity - length - 1, file);
    if (ferror(file)) break;
    if (feof(file)) {
      text[length] = '\0';
      return text;
    }
    if (length < capacity - 1) continue;
    char *grown = realloc(text, capacity * 2);
    if (grown == NULL) break;
    text = grown;
    capacity *= 2;
  }
  free(text);
  return NULL;
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "standard input";
  FILE *file = argc > 1 ? fopen(name, "rb") : stdin;
  char *text = file != NULL ? read_text(file) : NULL;
  if (file != NULL && file != stdin) fclose(file);
  if (text == NULL) {
    fprintf(stderr, "tally: cannot read '%s'\n", name);
    return 1;
  }

  struct stats stats = measure(text);
  printf("lines %zu, words %zu, bytes %zu, longest %zu\n", stats.lines, stats.words, stats.bytes, stats.longest);

  struct entry entries[report_length];
  size_t count = top_words(text, entries, report_length);
  for (size_t i = 0; i < count; i++) printf("%5zu  %s\n", entries[i].count, entries[i].word);
  free(text);
  return 0;
}

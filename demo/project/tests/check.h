// Just enough to write tests: TEST(name) { CHECK_NUMBER(…); CHECK_TEXT(…); }, then RUN(name) for each in main.
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static int passed, failed, failures_of_this_test;

#define TEST(name) static void name(void)

#define RUN(name)                              \
  do {                                         \
    failures_of_this_test = 0;                 \
    name();                                    \
    if (failures_of_this_test) {               \
      failed++;                                \
      printf("FAIL %s\n", #name);              \
    } else {                                   \
      passed++;                                \
      printf("ok   %s\n", #name);              \
    }                                          \
  } while (0)

#define CHECK_NUMBER(actual, expected)                                                                          \
  do {                                                                                                          \
    size_t actual_ = (actual), expected_ = (expected);                                                          \
    if (actual_ != expected_) {                                                                                 \
      failures_of_this_test++;                                                                                  \
      printf("%s:%d: %s is %zu, expected %zu\n", __FILE__, __LINE__, #actual, actual_, expected_);              \
    }                                                                                                           \
  } while (0)

#define CHECK_TEXT(actual, actual_length, expected)                                                             \
  do {                                                                                                          \
    const char *actual_ = (actual);                                                                             \
    size_t length_ = (actual_length);                                                                           \
    if (length_ != strlen(expected) || memcmp(actual_, expected, length_) != 0) {                               \
      failures_of_this_test++;                                                                                  \
      printf("%s:%d: %s is '%.*s', expected '%s'\n", __FILE__, __LINE__, #actual, (int)length_, actual_,        \
             expected);                                                                                         \
    }                                                                                                           \
  } while (0)

// Ends a test program: what test.sh adds up, and an exit status that says whether all is well.
static int finish(void) {
  printf("#result %d %d\n", passed, failed);
  return failed != 0;
}

#endif

// The part of libgit2 that the program uses, opened by the first call that needs it.
#pragma once

#include <stddef.h>

// The kinds of object, with libgit2's numbers.
typedef enum { libgit2_tree = 2, libgit2_blob = 3 } libgit2_object;

// Opens the library once for all threads. Returns NULL, or why it cannot be had; the text stays valid.
const char *libgit2_open(void);

// Computes an object's id. Returns 0, or a negative number and the reason in libgit2_error().
int libgit2_hash(unsigned char id[20], const void *bytes, size_t size, libgit2_object kind);

// Computes the id of a file's content as a blob, without holding it in memory and without filters.
int libgit2_hash_file(unsigned char id[20], const char *path);

// The reason of this thread's last failure.
const char *libgit2_error(void);

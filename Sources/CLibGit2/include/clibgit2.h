// The part of libgit2 that the program uses, opened by the first call that needs it.
#pragma once

#include <stddef.h>

// The kinds of object, with libgit2's numbers.
typedef enum { libgit2_commit = 1, libgit2_tree = 2, libgit2_blob = 3 } libgit2_object;

// Opens the library once for all threads. Returns NULL, or why it cannot be had; the text stays valid.
const char *libgit2_open(void);

// Computes an object's id. Returns 0, or a negative number and the reason in libgit2_error().
int libgit2_hash(unsigned char id[20], const void *bytes, size_t size, libgit2_object kind);

// Computes the id of a file's content as a blob, without holding it in memory and without filters.
int libgit2_hash_file(unsigned char id[20], const char *path);

// The objects of a repository; they may be read from several threads.
typedef struct libgit2_objects libgit2_objects;
int libgit2_objects_open(libgit2_objects **objects, const char *folder);
void libgit2_objects_free(libgit2_objects *objects);
// Tells whether an object is in the packs that were there at the last refresh.
int libgit2_objects_contain(libgit2_objects *objects, const unsigned char id[20]);
int libgit2_objects_refresh(libgit2_objects *objects);

// Bytes that the library owns.
typedef struct {
  const void *bytes;
  size_t size;
  int kind;
  void *owner;
} libgit2_content;

// Reads an object, and checks that its content has its id. Returns 1, 0 if there is none, or a negative number.
int libgit2_objects_read(libgit2_content *content, libgit2_objects *objects, const unsigned char id[20]);
void libgit2_content_free(libgit2_content *content);

// Writes the difference between two contents as a patch; a content that is NULL stands for no file.
int libgit2_patch(
  libgit2_content *text,
  const void *before, size_t before_size, const char *before_name,
  const void *after, size_t after_size, const char *after_name);
void libgit2_text_free(libgit2_content *text);

// Reads a path from a file of Git's configuration. Returns 1, 0 if the key is not in it, or a negative number.
int libgit2_configured_path(libgit2_content *path, const char *file, const char *key);

// Merges two contents that come from `base`, which is NULL where they come from nothing. Where both changed the same
// lines the text holds both between marks with the labels, and its kind is 0 instead of 1; contents that are no text
// cannot be merged, and the bytes are NULL.
int libgit2_merge(
  libgit2_content *text,
  const void *base, size_t base_size,
  const void *mine, size_t mine_size, const char *my_label,
  const void *theirs, size_t their_size, const char *their_label);
void libgit2_merge_free(libgit2_content *text);

// The reason of this thread's last failure.
const char *libgit2_error(void);

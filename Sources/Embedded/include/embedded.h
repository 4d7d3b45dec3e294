// Files that the binary carries: migrations, prompts, the demo project and its scenario, the router's tables.
#pragma once

#include <stddef.h>

// One embedded file. `path` is relative to its list's folder; `bytes` are not NUL-terminated.
typedef struct {
  const char *path;
  const unsigned char *bytes;
  size_t size;
} embedded_file;

typedef enum { embedded_migrations, embedded_prompts, embedded_demo, embedded_routing } embedded_list;

// The number of files in a list.
size_t embedded_count(embedded_list list);

// The file at `index`, in the order of the list. `index` must be below the list's count.
embedded_file embedded_at(embedded_list list, size_t index);

#include "clibgit2.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Declared here because the program is built where libgit2's headers are not.
typedef struct {
  unsigned char id[20];
} git_oid;

typedef struct {
  char *message;
  int klass;
} git_error;

typedef struct git_odb git_odb;
typedef struct git_odb_object git_odb_object;
typedef struct git_patch git_patch;
typedef struct git_config git_config;
typedef struct {
  char *ptr;
  size_t reserved;
  size_t size;
} git_buf;

typedef struct {
  unsigned version;
  const char *ptr;
  size_t size;
  const char *path;
  unsigned mode;
} git_merge_file_input;

typedef struct {
  unsigned version;
  const char *ancestor_label;
  const char *our_label;
  const char *their_label;
  int favor;
  uint32_t flags;
  unsigned short marker_size;
} git_merge_file_options;

typedef struct {
  unsigned automergeable;
  const char *path;
  unsigned mode;
  const char *ptr;
  size_t len;
} git_merge_file_result;

enum { git_error_not_found = -3, git_lookup_no_refresh = 1, git_merge_file_style_merge = 1 };

static struct {
  int (*init)(void);
  int (*hash)(git_oid *, const void *, size_t, int);
  int (*hash_file)(git_oid *, const char *, int);
  int (*open_objects)(git_odb **, const char *);
  void (*free_objects)(git_odb *);
  int (*exists)(git_odb *, const git_oid *, unsigned);
  int (*refresh)(git_odb *);
  int (*read)(git_odb_object **, git_odb *, const git_oid *);
  const void *(*object_data)(git_odb_object *);
  size_t (*object_size)(git_odb_object *);
  int (*object_type)(git_odb_object *);
  void (*object_free)(git_odb_object *);
  int (*patch_from_buffers)(
    git_patch **, const void *, size_t, const char *, const void *, size_t, const char *, const void *);
  int (*patch_to_buffer)(git_buf *, git_patch *);
  void (*patch_free)(git_patch *);
  void (*buffer_free)(git_buf *);
  int (*merge_file)(
    git_merge_file_result *, const git_merge_file_input *, const git_merge_file_input *, const git_merge_file_input *,
    const git_merge_file_options *);
  void (*merge_file_free)(git_merge_file_result *);
  int (*open_config)(git_config **, const char *);
  int (*config_path)(git_buf *, const git_config *, const char *);
  void (*config_free)(git_config *);
  const git_error *(*last_error)(void);
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void *symbol(void *handle, const char *name) {
  void *address = dlsym(handle, name);
  if (!address && !failure[0]) snprintf(failure, sizeof failure, "%s", dlerror());
  return address;
}

static void open_library(void) {
  void *handle = dlopen("libgit2.so.1.5", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    snprintf(failure, sizeof failure, "%s", dlerror());
    return;
  }
  library.init = symbol(handle, "git_libgit2_init");
  library.hash = symbol(handle, "git_odb_hash");
  library.hash_file = symbol(handle, "git_odb_hashfile");
  library.open_objects = symbol(handle, "git_odb_open");
  library.free_objects = symbol(handle, "git_odb_free");
  library.exists = symbol(handle, "git_odb_exists_ext");
  library.refresh = symbol(handle, "git_odb_refresh");
  library.read = symbol(handle, "git_odb_read");
  library.object_data = symbol(handle, "git_odb_object_data");
  library.object_size = symbol(handle, "git_odb_object_size");
  library.object_type = symbol(handle, "git_odb_object_type");
  library.object_free = symbol(handle, "git_odb_object_free");
  library.patch_from_buffers = symbol(handle, "git_patch_from_buffers");
  library.patch_to_buffer = symbol(handle, "git_patch_to_buf");
  library.patch_free = symbol(handle, "git_patch_free");
  library.buffer_free = symbol(handle, "git_buf_dispose");
  library.merge_file = symbol(handle, "git_merge_file");
  library.merge_file_free = symbol(handle, "git_merge_file_result_free");
  library.open_config = symbol(handle, "git_config_open_ondisk");
  library.config_path = symbol(handle, "git_config_get_path");
  library.config_free = symbol(handle, "git_config_free");
  library.last_error = symbol(handle, "git_error_last");
  if (!failure[0] && library.init() < 0) snprintf(failure, sizeof failure, "%s", libgit2_error());
}

const char *libgit2_open(void) {
  pthread_once(&once, open_library);
  return failure[0] ? failure : NULL;
}

int libgit2_hash(unsigned char id[20], const void *bytes, size_t size, libgit2_object kind) {
  return library.hash((git_oid *)id, bytes, size, kind);
}

int libgit2_hash_file(unsigned char id[20], const char *path) {
  return library.hash_file((git_oid *)id, path, libgit2_blob);
}

int libgit2_objects_open(libgit2_objects **objects, const char *folder) {
  return library.open_objects((git_odb **)objects, folder);
}

void libgit2_objects_free(libgit2_objects *objects) { library.free_objects((git_odb *)objects); }

int libgit2_objects_contain(libgit2_objects *objects, const unsigned char id[20]) {
  return library.exists((git_odb *)objects, (const git_oid *)id, git_lookup_no_refresh);
}

int libgit2_objects_refresh(libgit2_objects *objects) { return library.refresh((git_odb *)objects); }

int libgit2_objects_read(libgit2_content *content, libgit2_objects *objects, const unsigned char id[20]) {
  git_odb_object *object;
  int status = library.read(&object, (git_odb *)objects, (const git_oid *)id);
  if (status == git_error_not_found) return 0;
  if (status < 0) return status;
  content->bytes = library.object_data(object);
  content->size = library.object_size(object);
  content->kind = library.object_type(object);
  content->owner = object;
  return 1;
}

void libgit2_content_free(libgit2_content *content) { library.object_free(content->owner); }

int libgit2_patch(
  libgit2_content *text,
  const void *before, size_t before_size, const char *before_name,
  const void *after, size_t after_size, const char *after_name) {
  git_patch *patch;
  int status =
    library.patch_from_buffers(&patch, before, before_size, before_name, after, after_size, after_name, NULL);
  if (status < 0) return status;
  git_buf *buffer = calloc(1, sizeof *buffer);
  status = buffer ? library.patch_to_buffer(buffer, patch) : -1;
  library.patch_free(patch);
  if (status < 0) {
    free(buffer);
    return status;
  }
  text->bytes = buffer->ptr;
  text->size = buffer->size;
  text->kind = 0;
  text->owner = buffer;
  return 0;
}

void libgit2_text_free(libgit2_content *text) {
  library.buffer_free(text->owner);
  free(text->owner);
}

int libgit2_configured_path(libgit2_content *path, const char *file, const char *key) {
  git_config *config;
  int status = library.open_config(&config, file);
  if (status < 0) return status;
  git_buf *buffer = calloc(1, sizeof *buffer);
  status = buffer ? library.config_path(buffer, config, key) : -1;
  library.config_free(config);
  if (status < 0) {
    free(buffer);
    return status == git_error_not_found ? 0 : status;
  }
  path->bytes = buffer->ptr;
  path->size = buffer->size;
  path->kind = 0;
  path->owner = buffer;
  return 1;
}

int libgit2_merge(
  libgit2_content *text,
  const void *base, size_t base_size,
  const void *mine, size_t mine_size, const char *my_label,
  const void *theirs, size_t their_size, const char *their_label) {
  git_merge_file_input ancestor = {1, base, base_size, "file", 0};
  git_merge_file_input first = {1, mine, mine_size, "file", 0};
  git_merge_file_input second = {1, theirs, their_size, "file", 0};
  git_merge_file_options options = {1, NULL, my_label, their_label, 0, git_merge_file_style_merge, 0};
  git_merge_file_result *result = calloc(1, sizeof *result);
  int status = result ? library.merge_file(result, base ? &ancestor : NULL, &first, &second, &options) : -1;
  if (status < 0) {
    free(result);
    return status;
  }
  text->bytes = result->ptr;
  text->size = result->len;
  text->kind = result->automergeable ? 1 : 0;
  text->owner = result;
  return 0;
}

void libgit2_merge_free(libgit2_content *text) {
  library.merge_file_free(text->owner);
  free(text->owner);
}

const char *libgit2_error(void) {
  const git_error *error = library.last_error();
  return error && error->message ? error->message : "no reason given";
}

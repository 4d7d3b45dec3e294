#include "clibgit2.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// Declared here because the program is built where libgit2's headers are not.
typedef struct {
  unsigned char id[20];
} git_oid;

typedef struct {
  char *message;
  int klass;
} git_error;

static struct {
  int (*init)(void);
  int (*hash)(git_oid *, const void *, size_t, int);
  int (*hash_file)(git_oid *, const char *, int);
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

const char *libgit2_error(void) {
  const git_error *error = library.last_error();
  return error && error->message ? error->message : "no reason given";
}

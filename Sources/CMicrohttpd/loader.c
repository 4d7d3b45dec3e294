#include "cmicrohttpd.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#define LIBRARY "libmicrohttpd.so.12"

// MHD_FLAG
enum {
  use_internal_polling_thread = 8,
  use_no_listen_socket = 256,
  use_epoll = 512,
  use_itc = 1024,
  allow_suspend_resume = 8192 | use_itc,
};

// MHD_OPTION
enum {
  option_end = 0,
  option_connection_memory_limit = 1,
  option_connection_limit = 2,
  option_notify_completed = 4,
};

// MHD_ConnectionInfoType
enum { info_connection_fd = 6 };

typedef union {
  int connect_fd;
} connection_info;

static struct {
  cmhd_daemon *(*start_daemon)(
    unsigned flags, uint16_t port, void *accept_policy, void *accept_context, cmhd_handler handler, void *context, ...
  );
  void (*stop_daemon)(cmhd_daemon *);
  int (*add_connection)(cmhd_daemon *, int, const struct sockaddr *, socklen_t);
  const connection_info *(*get_connection_info)(cmhd_connection *, int, ...);
  void (*suspend_connection)(cmhd_connection *);
  void (*resume_connection)(cmhd_connection *);
  cmhd_response *(*create_response_from_callback)(uint64_t, size_t, cmhd_reader, void *, void *);
  int (*add_response_header)(cmhd_response *, const char *, const char *);
  int (*queue_response)(cmhd_connection *, unsigned, cmhd_response *);
  void (*destroy_response)(cmhd_response *);
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static bool bind_function(void *handle, const char *name, void *slot) {
  void *symbol = dlsym(handle, name);
  if (symbol == NULL) {
    snprintf(failure, sizeof failure, "'" LIBRARY "' has no function '%s'; version 0.9.75 or newer is needed", name);
    return false;
  }
  *(void **)slot = symbol;
  return true;
}

static void load(void) {
  void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *reason = dlerror();
    snprintf(failure, sizeof failure, "%s", reason != NULL ? reason : "'" LIBRARY "' cannot be opened");
    return;
  }
  (void)(bind_function(handle, "MHD_start_daemon", &library.start_daemon)
    && bind_function(handle, "MHD_stop_daemon", &library.stop_daemon)
    && bind_function(handle, "MHD_add_connection", &library.add_connection)
    && bind_function(handle, "MHD_get_connection_info", &library.get_connection_info)
    && bind_function(handle, "MHD_suspend_connection", &library.suspend_connection)
    && bind_function(handle, "MHD_resume_connection", &library.resume_connection)
    && bind_function(handle, "MHD_create_response_from_callback", &library.create_response_from_callback)
    && bind_function(handle, "MHD_add_response_header", &library.add_response_header)
    && bind_function(handle, "MHD_queue_response", &library.queue_response)
    && bind_function(handle, "MHD_destroy_response", &library.destroy_response));
}

const char *cmhd_load(void) {
  pthread_once(&once, load);
  return failure[0] != '\0' ? failure : NULL;
}

cmhd_daemon *cmhd_start(cmhd_handler handler, cmhd_completed completed, void *context, unsigned connection_limit) {
  unsigned flags = use_internal_polling_thread | use_no_listen_socket | use_epoll | allow_suspend_resume;
  return library.start_daemon(
    flags, 0, NULL, NULL, handler, context, option_notify_completed, completed, context, option_connection_limit,
    connection_limit, option_connection_memory_limit, (size_t)64 * 1024, option_end
  );
}

void cmhd_stop(cmhd_daemon *daemon) { library.stop_daemon(daemon); }

int cmhd_add_connection(
  cmhd_daemon *daemon, int socket, const struct sockaddr *address, socklen_t address_length
) {
  return library.add_connection(daemon, socket, address, address_length);
}

int cmhd_socket(cmhd_connection *connection) {
  const connection_info *info = library.get_connection_info(connection, info_connection_fd);
  return info != NULL ? info->connect_fd : -1;
}

void cmhd_suspend(cmhd_connection *connection) { library.suspend_connection(connection); }

void cmhd_resume(cmhd_connection *connection) { library.resume_connection(connection); }

cmhd_response *cmhd_make_response(uint64_t length, size_t block_size, cmhd_reader reader, void *context) {
  return library.create_response_from_callback(length, block_size, reader, context, NULL);
}

int cmhd_add_header(cmhd_response *response, const char *name, const char *value) {
  return library.add_response_header(response, name, value);
}

int cmhd_send(cmhd_connection *connection, unsigned status, cmhd_response *response) {
  int result = library.queue_response(connection, status, response);
  library.destroy_response(response);
  return result;
}

// The part of libmicrohttpd that the simulated server uses, declared by hand and bound at run time: building needs
// no headers of it, and a program that never serves does not load it. Numbers are those of libmicrohttpd's ABI 12.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

typedef struct cmhd_daemon cmhd_daemon;
typedef struct cmhd_connection cmhd_connection;
typedef struct cmhd_response cmhd_response;

// What handlers answer (MHD_Result).
static const int cmhd_no = 0;
static const int cmhd_yes = 1;

// What content readers answer in place of a length (MHD_CONTENT_READER_*).
static const ssize_t cmhd_end_of_stream = -1;
static const ssize_t cmhd_end_with_error = -2;

// A body whose length is not known is sent in chunks (MHD_SIZE_UNKNOWN).
static const uint64_t cmhd_size_unknown = UINT64_MAX;

// How a request ended (MHD_RequestTerminationCode).
static const int cmhd_ended_ok = 0;
static const int cmhd_ended_by_shutdown = 3;

typedef int (*cmhd_handler)(
  void *context, cmhd_connection *connection, const char *url, const char *method, const char *version,
  const char *upload, size_t *upload_size, void **request_context
);
typedef void (*cmhd_completed)(void *context, cmhd_connection *connection, void **request_context, int ending);
typedef ssize_t (*cmhd_reader)(void *context, uint64_t position, char *buffer, size_t capacity);

// Binds the library's functions. Returns NULL, or why that failed; every call after the first returns the same.
const char *cmhd_load(void);

// Starts a daemon with one epoll thread and no listening socket of its own; NULL if it cannot. Call cmhd_load first.
cmhd_daemon *cmhd_start(cmhd_handler handler, cmhd_completed completed, void *context, unsigned connection_limit);

// Ends the daemon and joins its thread. No connection may be suspended.
void cmhd_stop(cmhd_daemon *daemon);

// Hands over an accepted socket, which is the daemon's from now on whatever the result.
int cmhd_add_connection(
  cmhd_daemon *daemon, int socket, const struct sockaddr *address, socklen_t address_length
);

int cmhd_socket(cmhd_connection *connection);
void cmhd_suspend(cmhd_connection *connection);
void cmhd_resume(cmhd_connection *connection);

// Makes a response whose body `reader` gives; `length` may be cmhd_size_unknown.
cmhd_response *cmhd_make_response(uint64_t length, size_t block_size, cmhd_reader reader, void *context);
int cmhd_add_header(cmhd_response *response, const char *name, const char *value);

// Queues the response and gives up the caller's share in it.
int cmhd_send(cmhd_connection *connection, unsigned status, cmhd_response *response);

#include "czlib.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// Declared here because the program is built where the libraries' headers are not.
typedef struct {
  const unsigned char *next_in;
  unsigned avail_in;
  unsigned long total_in;
  unsigned char *next_out;
  unsigned avail_out;
  unsigned long total_out;
  const char *msg;
  void *state;
  void *(*zalloc)(void *, unsigned, unsigned);
  void (*zfree)(void *, void *);
  void *opaque;
  int data_type;
  unsigned long adler;
  unsigned long reserved;
} z_stream;

enum { z_no_flush = 0, z_sync_flush = 2, z_finish = 4, z_ok = 0, z_stream_end = 1, z_buf_error = -5 };

struct czlib_deflater {
  z_stream stream;
};

struct czlib_inflater {
  z_stream stream;
};

static struct {
  int (*deflate_init)(z_stream *, int, const char *, int);
  int (*deflate)(z_stream *, int);
  int (*deflate_reset)(z_stream *);
  int (*deflate_end)(z_stream *);
  int (*inflate_init)(z_stream *, const char *, int);
  int (*inflate)(z_stream *, int);
  int (*inflate_end)(z_stream *);
  int (*uncompress)(unsigned char *, unsigned long *, const unsigned char *, unsigned long);
  unsigned long (*crc32)(unsigned long, const unsigned char *, unsigned);
  int (*sha1_init)(void *);
  int (*sha1_update)(void *, const void *, size_t);
  int (*sha1_final)(unsigned char *, void *);
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void *open_one(const char *name) {
  void *handle = failure[0] ? NULL : dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!handle && !failure[0]) snprintf(failure, sizeof failure, "%s", dlerror());
  return handle;
}

static void *symbol(void *handle, const char *name) {
  void *address = handle ? dlsym(handle, name) : NULL;
  if (!address && !failure[0]) snprintf(failure, sizeof failure, "%s", dlerror());
  return address;
}

static void open_libraries(void) {
  void *zlib = open_one("libz.so.1");
  library.deflate_init = symbol(zlib, "deflateInit_");
  library.deflate = symbol(zlib, "deflate");
  library.deflate_reset = symbol(zlib, "deflateReset");
  library.deflate_end = symbol(zlib, "deflateEnd");
  library.inflate_init = symbol(zlib, "inflateInit_");
  library.inflate = symbol(zlib, "inflate");
  library.inflate_end = symbol(zlib, "inflateEnd");
  library.uncompress = symbol(zlib, "uncompress");
  library.crc32 = symbol(zlib, "crc32");
  // Loaded already: libgit2 speaks SSH through it. Its SHA-1 uses the processor's own instructions.
  void *crypto = open_one("libcrypto.so.3");
  library.sha1_init = symbol(crypto, "SHA1_Init");
  library.sha1_update = symbol(crypto, "SHA1_Update");
  library.sha1_final = symbol(crypto, "SHA1_Final");
}

const char *czlib_open(void) {
  pthread_once(&once, open_libraries);
  return failure[0] ? failure : NULL;
}

czlib_deflater *czlib_deflater_new(int level) {
  czlib_deflater *deflater = calloc(1, sizeof *deflater);
  if (deflater && library.deflate_init(&deflater->stream, level, "1", (int)sizeof deflater->stream) != z_ok) {
    free(deflater);
    return NULL;
  }
  return deflater;
}

void czlib_deflater_free(czlib_deflater *deflater) {
  library.deflate_end(&deflater->stream);
  free(deflater);
}

void czlib_deflater_reset(czlib_deflater *deflater) { library.deflate_reset(&deflater->stream); }

static unsigned part(size_t size) { return size > 1u << 30 ? 1u << 30 : (unsigned)size; }

int czlib_deflate(
  czlib_deflater *deflater, const void *input, size_t *size, void *output, size_t *room, czlib_end end) {
  z_stream *stream = &deflater->stream;
  unsigned given = part(*size), offered = part(*room);
  stream->next_in = input;
  stream->avail_in = given;
  stream->next_out = output;
  stream->avail_out = offered;
  static const int flushes[] = {[czlib_more] = z_no_flush, [czlib_part] = z_sync_flush, [czlib_whole] = z_finish};
  int status = library.deflate(stream, given == *size ? flushes[end] : z_no_flush);
  *size -= given - stream->avail_in;
  *room -= offered - stream->avail_out;
  if (status == z_stream_end) return 1;
  return status == z_ok || status == z_buf_error ? 0 : status;
}

int czlib_inflate(const void *input, size_t length, void *output, size_t size) {
  unsigned long filled = size;
  int status = library.uncompress(output, &filled, input, length);
  return status == z_ok && filled == size ? 0 : status < 0 ? status : -1;
}

czlib_inflater *czlib_inflater_new(void) {
  czlib_inflater *inflater = calloc(1, sizeof *inflater);
  if (inflater && library.inflate_init(&inflater->stream, "1", (int)sizeof inflater->stream) != z_ok) {
    free(inflater);
    return NULL;
  }
  return inflater;
}

void czlib_inflater_free(czlib_inflater *inflater) {
  library.inflate_end(&inflater->stream);
  free(inflater);
}

int czlib_inflate_part(czlib_inflater *inflater, const void *input, size_t length, void *output, size_t room) {
  z_stream *stream = &inflater->stream;
  if (length > UINT32_MAX || room > UINT32_MAX) return -1;
  stream->next_in = input;
  stream->avail_in = (unsigned)length;
  stream->next_out = output;
  stream->avail_out = (unsigned)room;
  int status = library.inflate(stream, z_sync_flush);
  // The last byte of room is there to let the end of the part be read.
  return status == z_ok && stream->avail_in == 0 && stream->avail_out == 1 ? 0 : status < 0 ? status : -1;
}

uint32_t czlib_crc32(uint32_t crc, const void *bytes, size_t size) {
  const unsigned char *next = bytes;
  for (; size; next += part(size), size -= part(size)) crc = (uint32_t)library.crc32(crc, next, part(size));
  return crc;
}

void czlib_sha1_begin(czlib_sha1 *digest) { library.sha1_init(digest->state); }

void czlib_sha1_update(czlib_sha1 *digest, const void *bytes, size_t size) {
  library.sha1_update(digest->state, bytes, size);
}

void czlib_sha1_end(czlib_sha1 *digest, unsigned char id[20]) { library.sha1_final(id, digest->state); }

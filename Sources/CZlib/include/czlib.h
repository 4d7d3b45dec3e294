// The part of zlib, and of the digests that come with libgit2, that packs are made with; opened by the first call.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Opens the libraries once for all threads. Returns NULL, or why they cannot be had; the text stays valid.
const char *czlib_open(void);

// A compressor, used again for content after content; NULL without memory.
typedef struct czlib_deflater czlib_deflater;
czlib_deflater *czlib_deflater_new(int level);
void czlib_deflater_free(czlib_deflater *deflater);
// Begins another content.
void czlib_deflater_reset(czlib_deflater *deflater);
// What is to be written out after an input: nothing yet, all of the part that it ends, or the whole content.
typedef enum { czlib_more, czlib_part, czlib_whole } czlib_end;
// Compresses `*size` bytes from `input` on into `*room` bytes from `output` on, and sets both to what is left of them.
// Returns 1 at the end of the whole content; 0 before it; a negative number on failure.
int czlib_deflate(
  czlib_deflater *deflater, const void *input, size_t *size, void *output, size_t *room, czlib_end end);

// Reads compressed content whole, which must have exactly `size` bytes then; returns 0, or a negative number on failure.
int czlib_inflate(const void *input, size_t length, void *output, size_t size);

// A reader of a content in the parts in which it was written; NULL without memory.
typedef struct czlib_inflater czlib_inflater;
czlib_inflater *czlib_inflater_new(void);
void czlib_inflater_free(czlib_inflater *inflater);
// Reads the next part, which must have exactly one byte less than `room`; returns 0, or a negative number on failure.
int czlib_inflate_part(czlib_inflater *inflater, const void *input, size_t length, void *output, size_t room);

uint32_t czlib_crc32(uint32_t crc, const void *bytes, size_t size);

// A SHA-1 under way; it may be copied.
typedef struct {
  _Alignas(16) unsigned char state[256];
} czlib_sha1;
void czlib_sha1_begin(czlib_sha1 *digest);
void czlib_sha1_update(czlib_sha1 *digest, const void *bytes, size_t size);
void czlib_sha1_end(czlib_sha1 *digest, unsigned char id[20]);

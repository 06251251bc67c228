// zlib counts in 32 bits, so every loop here hands it at most one piece at a time.

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "CZip.h"

static const size_t piece = 1u << 30;

static uInt take(size_t left) { return (uInt)(left < piece ? left : piece); }

int32_t assay_inflate(const uint8_t *input, size_t input_size, uint8_t *output, size_t output_size) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return 1;
  int status = Z_OK;
  size_t produced = 0;
  uint8_t spare;
  while (status == Z_OK) {
    uInt in = take(input_size), room = take(output_size - produced);
    // With the buffer full, one spare byte shows whether the stream goes on.
    stream.next_in = (Bytef *)input;
    stream.avail_in = in;
    stream.next_out = room > 0 ? output + produced : &spare;
    stream.avail_out = room > 0 ? room : 1;
    status = inflate(&stream, Z_NO_FLUSH);
    uInt made = (room > 0 ? room : 1) - stream.avail_out;
    if (room == 0 && made > 0) status = Z_DATA_ERROR;
    if (room > 0) produced += made;
    input += in - stream.avail_in;
    input_size -= in - stream.avail_in;
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && produced == output_size ? 0 : 1;
}

int32_t assay_gunzip(const uint8_t *input, size_t input_size, size_t limit, uint8_t **output, size_t *output_size) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return 3;
  size_t capacity = 1u << 16, used = 0;
  uint8_t *buffer = malloc(capacity);
  int32_t result = buffer == NULL ? 3 : 0;
  int status = Z_OK;
  while (result == 0 && status == Z_OK) {
    if (used == capacity) {
      capacity *= 2;
      uint8_t *larger = realloc(buffer, capacity);
      if (larger == NULL) {
        result = 3;
        break;
      }
      buffer = larger;
    }
    uInt in = take(input_size), room = take(capacity - used);
    stream.next_in = (Bytef *)input;
    stream.avail_in = in;
    stream.next_out = buffer + used;
    stream.avail_out = room;
    status = inflate(&stream, Z_NO_FLUSH);
    used += room - stream.avail_out;
    input += in - stream.avail_in;
    input_size -= in - stream.avail_in;
    if (used > limit) result = 2;
    if (status == Z_STREAM_END && input_size > 0 && inflateReset(&stream) == Z_OK) status = Z_OK;  // next member
    if (status != Z_OK && status != Z_STREAM_END && result == 0) result = 1;
  }
  inflateEnd(&stream);
  if (result != 0) {
    free(buffer);
    return result;
  }
  *output = buffer;
  *output_size = used;
  return 0;
}

size_t assay_deflate(const uint8_t *input, size_t input_size, uint8_t *output, size_t capacity) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
  size_t produced = 0;
  int status = Z_OK;
  while (status == Z_OK && produced < capacity) {
    uInt in = take(input_size), room = take(capacity - produced);
    stream.next_in = (Bytef *)input;
    stream.avail_in = in;
    stream.next_out = output + produced;
    stream.avail_out = room;
    status = deflate(&stream, in == input_size ? Z_FINISH : Z_NO_FLUSH);
    produced += room - stream.avail_out;
    input += in - stream.avail_in;
    input_size -= in - stream.avail_in;
  }
  deflateEnd(&stream);
  return status == Z_STREAM_END ? produced : 0;
}

uint32_t assay_crc32(const uint8_t *input, size_t input_size) {
  return (uint32_t)crc32_z(crc32_z(0, NULL, 0), input, input_size);
}

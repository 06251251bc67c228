// The C face of zlib: whole buffers in, whole buffers out.
#ifndef ASSAY_CZIP_H
#define ASSAY_CZIP_H

#include <stddef.h>
#include <stdint.h>

// Inflates a raw deflate stream into a buffer of its declared size. Returns 0 if it fills the buffer exactly.
int32_t assay_inflate(const uint8_t *input, size_t input_size, uint8_t *output, size_t output_size);

// Inflates a gzip file into memory that the caller frees. Returns 0, 1 if the data are damaged, 2 if there is more than
// `limit`, 3 if there is no memory.
int32_t assay_gunzip(const uint8_t *input, size_t input_size, size_t limit, uint8_t **output, size_t *output_size);

// Deflates into a raw stream; returns its size, or 0 if it does not fit into `capacity`.
size_t assay_deflate(const uint8_t *input, size_t input_size, uint8_t *output, size_t capacity);

uint32_t assay_crc32(const uint8_t *input, size_t input_size);

#endif

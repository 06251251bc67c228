// The C face of libpng and libjpeg: pixels are rows of 8-bit gray (1 channel) or RGB (3 channels).
//
// Every function returns 0, or leaves a one-line reason in `message`. libjpeg's long jumps stay on this side.
#ifndef ASSAY_CIMAGING_H
#define ASSAY_CIMAGING_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t *pixels;  // the caller frees them
  size_t width;
  size_t height;
  size_t channels;
  char message[256];
} assay_image;

// Decoders refuse images of more than `pixel_limit` pixels before they allocate. Alpha is laid over black.
int32_t assay_png_decode(const uint8_t *bytes, size_t size, size_t pixel_limit, assay_image *image);
int32_t assay_jpeg_decode(const uint8_t *bytes, size_t size, size_t pixel_limit, assay_image *image);

// Encodes; `*bytes` is freed by the caller. Reads the size and the pixels of `image`.
int32_t assay_png_encode(assay_image *image, uint8_t **bytes, size_t *size);

// Quality is 1 to 100; colors are subsampled by two, as most programs do.
int32_t assay_jpeg_encode(assay_image *image, int32_t quality, uint8_t **bytes, size_t *size);

#endif

// PNG through libpng's simplified interface, which reports failures without long jumps into our frames.

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CImaging.h"

static int32_t fail(assay_image *image, png_image *png) {
  snprintf(image->message, sizeof image->message, "%s", png->message);
  png_image_free(png);
  return 1;
}

int32_t assay_png_decode(const uint8_t *bytes, size_t size, size_t pixel_limit, assay_image *image) {
  png_image png;
  memset(&png, 0, sizeof png);
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&png, bytes, size)) return fail(image, &png);
  int color = (png.format & PNG_FORMAT_FLAG_COLOR) != 0;
  png.format = color ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  image->width = png.width;
  image->height = png.height;
  image->channels = color ? 3 : 1;
  if (image->width == 0 || image->height == 0 || image->width > pixel_limit / image->height) {
    snprintf(png.message, sizeof png.message, "%zu by %zu pixels are too many", image->width, image->height);
    return fail(image, &png);
  }
  image->pixels = calloc(image->width * image->height, image->channels);
  if (image->pixels == NULL) {
    snprintf(png.message, sizeof png.message, "out of memory");
    return fail(image, &png);
  }
  png_color black = {0, 0, 0};
  if (!png_image_finish_read(&png, &black, image->pixels, 0, NULL)) {
    free(image->pixels);
    image->pixels = NULL;
    return fail(image, &png);
  }
  return 0;
}

int32_t assay_png_encode(assay_image *image, uint8_t **bytes, size_t *size) {
  png_image png;
  memset(&png, 0, sizeof png);
  png.version = PNG_IMAGE_VERSION;
  png.width = (png_uint_32)image->width;
  png.height = (png_uint_32)image->height;
  png.format = image->channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t needed = 0;
  if (!png_image_write_to_memory(&png, NULL, &needed, 0, image->pixels, 0, NULL)) return fail(image, &png);
  *bytes = malloc(needed);
  if (*bytes == NULL) return fail(image, &png);
  if (!png_image_write_to_memory(&png, *bytes, &needed, 0, image->pixels, 0, NULL)) {
    free(*bytes);
    return fail(image, &png);
  }
  *size = needed;
  return 0;
}

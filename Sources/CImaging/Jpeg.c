// JPEG through libjpeg, whose only way to report an error is a long jump; each function here catches its own.

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "CImaging.h"

typedef struct {
  struct jpeg_error_mgr base;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  assay_image *image;
} handler;

static void leave(j_common_ptr codec) {
  handler *own = (handler *)codec->err;
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  snprintf(own->image->message, sizeof own->image->message, "%s", text);
  longjmp(own->escape, 1);
}

// libjpeg fills what is missing with gray and warns; a truncated file is an error here.
static void judge(j_common_ptr codec, int level) {
  if (level < 0 && codec->err->msg_code == JWRN_JPEG_EOF) leave(codec);
}

// A progressive file may hold any number of scans, each as dear as an image.
static void count_scans(j_common_ptr codec) {
  if (codec->is_decompressor && ((j_decompress_ptr)codec)->input_scan_number > 200) leave(codec);
}

static struct jpeg_error_mgr *install(handler *own, assay_image *image) {
  own->image = image;
  jpeg_std_error(&own->base);
  own->base.error_exit = leave;
  own->base.emit_message = judge;
  own->progress.progress_monitor = count_scans;
  return &own->base;
}

int32_t assay_jpeg_decode(const uint8_t *bytes, size_t size, size_t pixel_limit, assay_image *image) {
  struct jpeg_decompress_struct codec;
  handler own;
  memset(&codec, 0, sizeof codec);
  image->pixels = NULL;
  codec.err = install(&own, image);
  if (setjmp(own.escape)) {
    jpeg_destroy_decompress(&codec);
    free(image->pixels);
    image->pixels = NULL;
    return 1;
  }
  jpeg_create_decompress(&codec);
  codec.progress = &own.progress;
  jpeg_mem_src(&codec, bytes, size);
  jpeg_read_header(&codec, TRUE);
  codec.out_color_space = codec.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
  image->width = codec.image_width;
  image->height = codec.image_height;
  image->channels = codec.out_color_space == JCS_GRAYSCALE ? 1 : 3;
  if (image->width > pixel_limit / image->height) {
    snprintf(image->message, sizeof image->message, "%zu by %zu pixels are too many", image->width, image->height);
    jpeg_destroy_decompress(&codec);
    return 1;
  }
  image->pixels = calloc(image->width * image->height, image->channels);
  if (image->pixels == NULL) {
    snprintf(image->message, sizeof image->message, "out of memory");
    jpeg_destroy_decompress(&codec);
    return 1;
  }
  jpeg_start_decompress(&codec);
  while (codec.output_scanline < codec.output_height) {
    JSAMPROW row = image->pixels + codec.output_scanline * image->width * image->channels;
    jpeg_read_scanlines(&codec, &row, 1);
  }
  jpeg_finish_decompress(&codec);
  jpeg_destroy_decompress(&codec);
  return 0;
}

int32_t assay_jpeg_encode(assay_image *image, int32_t quality, uint8_t **bytes, size_t *size) {
  struct jpeg_compress_struct codec;
  handler own;
  // libjpeg replaces the buffer while it grows, so what it points at must survive a long jump.
  unsigned char *volatile *buffer = (unsigned char *volatile *)bytes;
  unsigned long length = 0;
  memset(&codec, 0, sizeof codec);
  *buffer = NULL;
  codec.err = install(&own, image);
  if (setjmp(own.escape)) {
    jpeg_destroy_compress(&codec);
    free(*buffer);
    *buffer = NULL;
    return 1;
  }
  jpeg_create_compress(&codec);
  jpeg_mem_dest(&codec, bytes, &length);
  codec.image_width = (JDIMENSION)image->width;
  codec.image_height = (JDIMENSION)image->height;
  codec.input_components = (int)image->channels;
  codec.in_color_space = image->channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, quality, TRUE);
  jpeg_start_compress(&codec, TRUE);
  while (codec.next_scanline < codec.image_height) {
    JSAMPROW row = image->pixels + codec.next_scanline * image->width * image->channels;
    jpeg_write_scanlines(&codec, &row, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  *size = length;
  return 0;
}

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "CCurl.h"

_Static_assert(assay_curl_message >= CURL_ERROR_SIZE, "libcurl's messages do not fit");

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

static CURL *new_handle(char *message) {
  pthread_once(&once, start);
  message[0] = 0;
  CURL *handle = curl_easy_init();
  if (handle == NULL) return NULL;
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  return handle;
}

static void explain(CURLcode code, char *message) {
  if (message[0] == 0) strncpy(message, curl_easy_strerror(code), assay_curl_message - 1);
  message[assay_curl_message - 1] = 0;
}

typedef struct {
  uint8_t *bytes;
  size_t count, limit;
  int32_t is_full;
} body_buffer;

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
  body_buffer *body = user;
  size_t added = size * count;
  if (added > body->limit - body->count) {
    body->is_full = 1;
    return 0;
  }
  uint8_t *grown = realloc(body->bytes, body->count + added + 1);
  if (grown == NULL) return 0;
  memcpy(grown + body->count, bytes, added);
  body->bytes = grown;
  body->count += added;
  return added;
}

int32_t assay_fetch(const char *url, const assay_fetch_limits *limits, uint8_t **body, size_t *size,
                    char content_type[assay_curl_message], long *status, char message[assay_curl_message]) {
  CURL *handle = new_handle(message);
  if (handle == NULL) return 1;
  body_buffer buffer = {NULL, 0, limits->limit, 0};
  curl_easy_setopt(handle, CURLOPT_URL, url);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, limits->redirects);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, limits->timeout);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, limits->timeout < 15 ? limits->timeout : 15L);
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)limits->limit);
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "assay/0.1");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &buffer);
  CURLcode code = curl_easy_perform(handle);
  const char *type = NULL;
  curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, status);
  strncpy(content_type, type == NULL ? "" : type, assay_curl_message - 1);
  content_type[assay_curl_message - 1] = 0;
  int32_t result = code == CURLE_OK ? 0 : 1;
  if (buffer.is_full || code == CURLE_FILESIZE_EXCEEDED) result = 2;
  if (result == 1) explain(code, message);
  curl_easy_cleanup(handle);
  if (result != 0) {
    free(buffer.bytes);
    buffer = (body_buffer){NULL, 0, 0, 0};
  }
  *body = buffer.bytes;
  *size = buffer.count;
  return result;
}

typedef struct {
  const char *bytes;
  size_t left;
} upload;

static size_t on_upload(char *buffer, size_t size, size_t count, void *user) {
  upload *state = user;
  size_t taken = size * count < state->left ? size * count : state->left;
  memcpy(buffer, state->bytes, taken);
  state->bytes += taken;
  state->left -= taken;
  return taken;
}

int32_t assay_send_mail(const assay_mail *mail, const char *bytes, size_t count, long *answer,
                        char message[assay_curl_message]) {
  CURL *handle = new_handle(message);
  if (handle == NULL) return 1;
  upload state = {bytes, count};
  struct curl_slist *recipients = curl_slist_append(NULL, mail->recipient);
  curl_easy_setopt(handle, CURLOPT_URL, mail->url);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_USE_SSL, mail->requires_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
  if (mail->authority != NULL) curl_easy_setopt(handle, CURLOPT_CAINFO, mail->authority);
  if (mail->user != NULL) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, mail->user);
    curl_easy_setopt(handle, CURLOPT_PASSWORD, mail->password == NULL ? "" : mail->password);
  }
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, mail->sender);
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, mail->timeout);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, mail->timeout < 15 ? mail->timeout : 15L);
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, on_upload);
  curl_easy_setopt(handle, CURLOPT_READDATA, &state);
  CURLcode code = curl_easy_perform(handle);
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, answer);
  if (code != CURLE_OK) explain(code, message);
  curl_slist_free_all(recipients);
  curl_easy_cleanup(handle);
  return code == CURLE_OK ? 0 : 1;
}

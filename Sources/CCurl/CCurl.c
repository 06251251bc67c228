#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

// A connection that ends while something is written must be an answer, not the end of the process: OpenSSL raises SIGPIPE,
// and libcurl leaves it to programs that have threads.
static CURLcode perform(CURL *handle) {
  sigset_t pipe, before;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  CURLcode code = curl_easy_perform(handle);
  struct timespec none = {0, 0};
  if (!sigismember(&before, SIGPIPE)) sigtimedwait(&pipe, NULL, &none);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return code;
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
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, limits->silence);
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)limits->limit);
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "assay/0.1");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &buffer);
  CURLcode code = perform(handle);
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

// Keeps the last line with which the server refused something.
static size_t on_reply(char *bytes, size_t size, size_t count, void *user) {
  char *reply = user;
  if (size * count == 0 || (bytes[0] != '4' && bytes[0] != '5')) return size * count;
  size_t length = size * count < assay_curl_message ? size * count : assay_curl_message - 1;
  while (length > 0 && (unsigned char)bytes[length - 1] <= ' ') length--;
  for (size_t place = 0; place < length; place++) {
    unsigned char byte = (unsigned char)bytes[place];
    reply[place] = byte < ' ' || byte >= 127 ? '?' : (char)byte;
  }
  reply[length] = 0;
  return size * count;
}

// What a failure is about. libcurl says the step of the protocol in words alone.
static assay_mail_result result_of(CURL *handle, CURLcode code, long answer, const char *message) {
  curl_off_t before_text = 0;
  curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &before_text);
  switch (code) {
    case CURLE_OK: return assay_mail_taken;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_UPLOAD_FAILED: break;
    case CURLE_OPERATION_TIMEDOUT:
      if (answer == 0) return assay_mail_no_server;
      break;
    case CURLE_WEIRD_SERVER_REPLY:
      // An answer to the greeting, not to the text.
      if (before_text == 0) return assay_mail_no_server;
      break;
    // All else, such as a name, a certificate or a password, is about the server.
    default: return assay_mail_no_server;
  }
  // Who may not send at all is refused himself, unless the mail is too large.
  if (strncmp(message, "MAIL failed", 11) == 0 && answer >= 500 && answer != 552) return assay_mail_no_server;
  return answer >= 400 ? assay_mail_answered : assay_mail_lost;
}

assay_mail_result assay_send_mail(const assay_mail *mail, const char *bytes, size_t count, long *answer,
                                  char message[assay_curl_message]) {
  CURL *handle = new_handle(message);
  if (handle == NULL) return assay_mail_no_server;
  upload state = {bytes, count};
  char reply[assay_curl_message] = "";
  struct curl_slist *recipients = curl_slist_append(NULL, mail->recipient);
  curl_easy_setopt(handle, CURLOPT_URL, mail->url);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_USE_SSL, mail->requires_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
  if (mail->authority != NULL) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, mail->authority);
    curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
  }
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
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_reply);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, reply);
  CURLcode code = perform(handle);
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, answer);
  if (code != CURLE_OK) explain(code, message);
  assay_mail_result result = result_of(handle, code, *answer, message);
  // The server's own words say more than libcurl's about them.
  if (code != CURLE_OK && *answer >= 400 && reply[0] != 0) memcpy(message, reply, sizeof reply);
  curl_slist_free_all(recipients);
  curl_easy_cleanup(handle);
  return result;
}

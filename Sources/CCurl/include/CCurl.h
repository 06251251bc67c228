// The C face of libcurl: one page fetched, one mail handed over.
#ifndef ASSAY_CCURL_H
#define ASSAY_CCURL_H

#include <stddef.h>
#include <stdint.h>

// What went wrong, as a line of text.
enum { assay_curl_message = 256 };

typedef struct {
  long timeout;      // seconds, of the whole transfer
  long redirects;    // the most that are followed
  size_t limit;      // bytes of the body
} assay_fetch_limits;

// Fetches `url` over HTTP or HTTPS. Returns 0 and the body, which the caller frees, and the content type; 1 with a message;
// 2 if the body is larger than the limit.
int32_t assay_fetch(const char *url, const assay_fetch_limits *limits, uint8_t **body, size_t *size,
                    char content_type[assay_curl_message], long *status, char message[assay_curl_message]);

typedef struct {
  const char *url;        // smtp://host:port, or smtps:// for encryption from the first byte
  const char *user;       // NULL where the server asks for none
  const char *password;
  const char *sender;
  const char *recipient;
  int32_t requires_tls;   // 1: hands nothing over unless STARTTLS succeeds; 0: encrypts if the server can
  long timeout;           // seconds
  const char *authority;  // a file of certificates to trust, or NULL for the system's
} assay_mail;

// Hands a message over. Returns 0 if the server took it; 1 with a message and the server's answer code, or 0 if it gave
// none.
int32_t assay_send_mail(const assay_mail *mail, const char *bytes, size_t count, long *answer,
                        char message[assay_curl_message]);

#endif

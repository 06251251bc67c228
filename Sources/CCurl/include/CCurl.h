// The C face of libcurl: one page fetched, one mail handed over.
#ifndef ASSAY_CCURL_H
#define ASSAY_CCURL_H

#include <stddef.h>
#include <stdint.h>

// What went wrong, as a line of text.
enum { assay_curl_message = 256 };

typedef struct {
  long timeout;      // seconds, of the whole transfer
  long silence;      // seconds without a byte
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

typedef enum {
  assay_mail_taken,
  assay_mail_answered,   // the server refused this mail or put it off
  assay_mail_lost,       // the connection ended or hung, so that the mail may have been taken or not
  assay_mail_no_server,  // no mail can be sent: no connection, no trust, no permission
} assay_mail_result;

// Hands a message over. If it was not taken, `message` says why, in the server's words if it gave any; `answer` is the
// last code that it gave, or 0.
assay_mail_result assay_send_mail(const assay_mail *mail, const char *bytes, size_t count, long *answer,
                                  char message[assay_curl_message]);

#endif

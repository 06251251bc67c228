// The C face of libmicrohttpd: requests come whole, with limits, and answers go whole.
#ifndef ASSAY_CMICROHTTPD_H
#define ASSAY_CMICROHTTPD_H

#include <stddef.h>
#include <stdint.h>

typedef struct assay_server assay_server;
typedef struct assay_request assay_request;

typedef struct {
  const char *address;     // an IPv4 or IPv6 address of this machine
  uint16_t port;           // 0 for any that is free
  uint32_t threads;
  uint32_t connections;    // the most at one time
  uint32_t timeout;        // seconds without a byte
  size_t memory;           // bytes for the head of one request
  size_t body;             // bytes of the body of one request
} assay_server_options;

// Answers one request by calling `assay_answer` once.
typedef void (*assay_handler)(void *context, assay_request *request);

// Starts serving; returns NULL if the address cannot be had.
assay_server *assay_server_start(const assay_server_options *options, assay_handler handler, void *context);
uint16_t assay_server_port(const assay_server *server);
// Takes no more connections, finishes what was begun, and frees the server.
void assay_server_stop(assay_server *server);

const char *assay_request_method(const assay_request *request);
const char *assay_request_path(const assay_request *request);
// The value of a header, a cookie or a parameter of the address; NULL if there is none.
const char *assay_request_header(const assay_request *request, const char *name);
const char *assay_request_cookie(const assay_request *request, const char *name);
const char *assay_request_parameter(const assay_request *request, const char *name);
const uint8_t *assay_request_body(const assay_request *request, size_t *count);

// `headers` holds `count` names and values in turn.
void assay_answer(assay_request *request, uint32_t status, const char *const *headers, size_t count, const uint8_t *body,
                  size_t size);

#endif

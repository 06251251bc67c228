#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CMicroHTTPD.h"

struct assay_server {
  struct MHD_Daemon *daemon;
  assay_handler handler;
  void *context;
  size_t body_limit;
};

struct assay_request {
  struct MHD_Connection *connection;
  const char *method, *path;
  uint8_t *body;
  size_t count;
  int is_full;
  enum MHD_Result result;
};

static void silent(void *context, const char *format, va_list arguments) {
  (void)context;
  (void)format;
  (void)arguments;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status) {
  struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
  if (response == NULL) return MHD_NO;
  MHD_add_response_header(response, "Connection", "close");
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **state) {
  (void)version;
  assay_server *server = context;
  assay_request *request = *state;
  if (request == NULL) {
    *state = calloc(1, sizeof *request);
    return *state == NULL ? MHD_NO : MHD_YES;
  }
  if (*upload_size > 0) {
    if (*upload_size > server->body_limit - request->count) {
      request->is_full = 1;
    } else if (!request->is_full) {
      uint8_t *grown = realloc(request->body, request->count + *upload_size);
      if (grown == NULL) return MHD_NO;
      memcpy(grown + request->count, upload, *upload_size);
      request->body = grown;
      request->count += *upload_size;
    }
    *upload_size = 0;
    return MHD_YES;
  }
  if (request->is_full) return refuse(connection, 413);
  request->connection = connection;
  request->method = method;
  request->path = url;
  request->result = MHD_NO;
  server->handler(server->context, request);
  return request->result;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code) {
  (void)context;
  (void)connection;
  (void)code;
  assay_request *request = *state;
  if (request == NULL) return;
  free(request->body);
  free(request);
  *state = NULL;
}

assay_server *assay_server_start(const assay_server_options *options, assay_handler handler, void *context) {
  struct sockaddr_in address4;
  struct sockaddr_in6 address6;
  memset(&address4, 0, sizeof address4);
  memset(&address6, 0, sizeof address6);
  struct sockaddr *address;
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG;
  if (inet_pton(AF_INET, options->address, &address4.sin_addr) == 1) {
    address4.sin_family = AF_INET;
    address4.sin_port = htons(options->port);
    address = (struct sockaddr *)&address4;
  } else if (inet_pton(AF_INET6, options->address, &address6.sin6_addr) == 1) {
    address6.sin6_family = AF_INET6;
    address6.sin6_port = htons(options->port);
    address = (struct sockaddr *)&address6;
    flags |= MHD_USE_IPv6;
  } else {
    return NULL;
  }
  assay_server *server = calloc(1, sizeof *server);
  if (server == NULL) return NULL;
  server->handler = handler;
  server->context = context;
  server->body_limit = options->body;
  server->daemon = MHD_start_daemon(
      flags, options->port, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, silent, NULL,
      MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_THREAD_POOL_SIZE,
      (unsigned int)options->threads, MHD_OPTION_CONNECTION_LIMIT, (unsigned int)options->connections,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)options->timeout, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      options->memory, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
  if (server->daemon == NULL) {
    free(server);
    return NULL;
  }
  return server;
}

uint16_t assay_server_port(const assay_server *server) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == NULL ? 0 : info->port;
}

void assay_server_stop(assay_server *server) {
  MHD_stop_daemon(server->daemon);
  free(server);
}

const char *assay_request_method(const assay_request *request) { return request->method; }
const char *assay_request_path(const assay_request *request) { return request->path; }

const char *assay_request_header(const assay_request *request, const char *name) {
  return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *assay_request_cookie(const assay_request *request, const char *name) {
  return MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);
}

const char *assay_request_parameter(const assay_request *request, const char *name) {
  return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

const uint8_t *assay_request_body(const assay_request *request, size_t *count) {
  *count = request->count;
  return request->body;
}

void assay_answer(assay_request *request, uint32_t status, const char *const *headers, size_t count, const uint8_t *body,
                  size_t size) {
  struct MHD_Response *response = MHD_create_response_from_buffer(size, (void *)body, MHD_RESPMEM_MUST_COPY);
  if (response == NULL) return;
  for (size_t place = 0; place < count; place++) {
    MHD_add_response_header(response, headers[2 * place], headers[2 * place + 1]);
  }
  request->result = MHD_queue_response(request->connection, status, response);
  MHD_destroy_response(response);
}

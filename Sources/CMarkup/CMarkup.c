#define _GNU_SOURCE
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <string.h>
#include <strings.h>

#include "CMarkup.h"

typedef struct {
  const assay_markup_events *events;
  void *context;
  int32_t depth, limit;
  xmlParserCtxtPtr parser;
} reading;

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes) {
  reading *state = user;
  if (state->depth++ >= state->limit) {
    xmlStopParser(state->parser);
    return;
  }
  state->events->start(state->context, (const char *)name, (const char *const *)attributes);
}

static void on_end(void *user, const xmlChar *name) {
  reading *state = user;
  if (state->depth-- > state->limit) return;
  state->events->end(state->context, (const char *)name);
}

static void on_text(void *user, const xmlChar *bytes, int count) {
  reading *state = user;
  if (state->depth <= state->limit && count > 0) state->events->text(state->context, (const char *)bytes, (size_t)count);
}

static void on_error(void *user, const xmlError *error) {
  (void)user;
  (void)error;
}

// libxml2 compares each attribute of a tag with all others, so that a tag of many takes it hours. Says whether a document
// has such a tag; what is inside of comments, scripts and quotes is none.
static int32_t has_endless_tag(const char *bytes, size_t count) {
  enum { most = 250 };
  const char *end = bytes + count, *place = bytes;
  while ((place = memchr(place, '<', (size_t)(end - place))) != NULL) {
    size_t left = (size_t)(end - place);
    const char *close = NULL;
    if (left >= 4 && memcmp(place, "<!--", 4) == 0) close = "-->";
    if (left >= 9 && memcmp(place, "<![CDATA[", 9) == 0) close = "]]>";
    if (left >= 7 && strncasecmp(place, "<script", 7) == 0) close = "</script";
    if (left >= 6 && strncasecmp(place, "<style", 6) == 0) close = "</style";
    if (close != NULL) {
      const char *after = memmem(place + 1, left - 1, close, strlen(close));
      if (after == NULL) return 0;
      place = after + 1;
      continue;
    }
    int words = 0;
    char quote = 0, last = ' ';
    for (place++; place < end && (quote != 0 || (*place != '>' && *place != '<')); place++) {
      if (quote != 0) {
        // What follows a quote begins a word even without a space between.
        if (*place == quote) quote = 0, last = ' ';
        continue;
      } else if (last == '=' && (*place == '"' || *place == '\'')) {
        quote = *place;
        continue;
      } else if ((unsigned char)*place > ' ' && (unsigned char)last <= ' ' && ++words > most) {
        return 1;
      }
      last = *place;
    }
    if (place >= end) return 0;
  }
  return 0;
}

// libxml2 counts in ints, so it gets the document piece by piece.
static const size_t piece = 1u << 20;

int32_t assay_read_html(const char *bytes, size_t count, int32_t depth, const assay_markup_events *events, void *context) {
  htmlSAXHandler handler;
  memset(&handler, 0, sizeof handler);
  handler.startElement = on_start;
  handler.endElement = on_end;
  handler.characters = on_text;
  handler.cdataBlock = on_text;
  handler.ignorableWhitespace = on_text;
  handler.serror = (xmlStructuredErrorFunc)on_error;
  handler.initialized = XML_SAX2_MAGIC;
  if (has_endless_tag(bytes, count)) return 4;
  reading state = {events, context, 0, depth, NULL};
  htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&handler, &state, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
  if (parser == NULL) return 3;
  state.parser = parser;
  htmlCtxtUseOptions(parser, HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_RECOVER | HTML_PARSE_IGNORE_ENC);
  for (size_t start = 0; start < count && state.depth <= depth; start += piece) {
    size_t size = count - start < piece ? count - start : piece;
    htmlParseChunk(parser, bytes + start, (int)size, 0);
  }
  int32_t status = state.depth > depth ? 2 : 0;
  if (status == 0) htmlParseChunk(parser, NULL, 0, 1);
  if (state.depth > depth) status = 2;
  htmlFreeParserCtxt(parser);
  return status;
}

int32_t assay_read_xml(const char *bytes, size_t count, int32_t depth, const assay_markup_events *events, void *context) {
  xmlSAXHandler handler;
  memset(&handler, 0, sizeof handler);
  handler.startElement = on_start;
  handler.endElement = on_end;
  handler.characters = on_text;
  handler.cdataBlock = on_text;
  handler.serror = (xmlStructuredErrorFunc)on_error;
  if (has_endless_tag(bytes, count)) return 4;
  reading state = {events, context, 0, depth, NULL};
  xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, &state, NULL, 0, NULL);
  if (parser == NULL) return 3;
  state.parser = parser;
  xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC);
  int32_t status = 0;
  for (size_t start = 0; start < count && status == 0; start += piece) {
    size_t size = count - start < piece ? count - start : piece;
    if (xmlParseChunk(parser, bytes + start, (int)size, 0) != 0) status = 1;
  }
  if (status == 0 && xmlParseChunk(parser, NULL, 0, 1) != 0) status = 1;
  if (state.depth > depth) status = 2;
  xmlFreeParserCtxt(parser);
  return status;
}

uint32_t assay_html_entity(const char *name) {
  const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)name);
  return entity == NULL ? 0 : entity->value;
}

// The C face of libxml2: a document in, its events out. Nothing is fetched, no entity of the document is expanded.
#ifndef ASSAY_CMARKUP_H
#define ASSAY_CMARKUP_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  // An element begins; `attributes` holds names and values in turn, then NULL, and may be NULL itself.
  void (*start)(void *context, const char *name, const char *const *attributes);
  void (*end)(void *context, const char *name);
  void (*text)(void *context, const char *bytes, size_t count);
} assay_markup_events;

// Each returns 0, 1 if the document is no well-formed XML, 2 if elements are nested deeper than `depth`, 3 if there is
// no memory, 4 if a tag has more than 250 attributes. HTML is read as browsers read it, so that only those stop it.
int32_t assay_read_html(const char *bytes, size_t count, int32_t depth, const assay_markup_events *events, void *context);
int32_t assay_read_xml(const char *bytes, size_t count, int32_t depth, const assay_markup_events *events, void *context);

// The code point of an entity of HTML, such as "eacute", or 0 if there is none of that name.
uint32_t assay_html_entity(const char *name);

#endif

#include <openssl/sha.h>

#include "include/CCrypto.h"

void assay_sha256(const void *bytes, size_t count, uint8_t *digest) { SHA256(bytes, count, digest); }

// The one thing that is wanted of libcrypto: the SHA-256 digest of bytes.
#ifndef ASSAY_CCRYPTO_H
#define ASSAY_CCRYPTO_H

#include <stddef.h>
#include <stdint.h>

// Writes the 32 bytes of the digest.
void assay_sha256(const void *bytes, size_t count, uint8_t *digest);

#endif

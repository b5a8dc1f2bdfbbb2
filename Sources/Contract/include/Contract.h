#ifndef CONTRACT_H
#define CONTRACT_H

#include <stddef.h>

/// A document as it was when the program was built.
struct contract_document {
    /// Its bytes, which live as long as the program.
    const unsigned char *_Nonnull bytes;
    /// How many bytes it has.
    size_t count;
};

/// `openapi.yaml`: the interface over HTTP.
struct contract_document contract_openapi(void);

/// `asyncapi.yaml`: the commands and events of the socket.
struct contract_document contract_asyncapi(void);

#endif

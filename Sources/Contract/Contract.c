#include "Contract.h"

// The compiler notes every embedded file as a dependency: a change of one builds this file again, and nothing else.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi_yaml[] = {
#embed "openapi.yaml"
};

static const unsigned char asyncapi_yaml[] = {
#embed "asyncapi.yaml"
};

struct contract_document contract_openapi(void) {
    return (struct contract_document){openapi_yaml, sizeof openapi_yaml};
}

struct contract_document contract_asyncapi(void) {
    return (struct contract_document){asyncapi_yaml, sizeof asyncapi_yaml};
}

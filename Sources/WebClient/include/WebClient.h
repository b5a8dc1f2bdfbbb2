#ifndef WEB_CLIENT_H
#define WEB_CLIENT_H

#include <stddef.h>

/// A file of the web client as it was when the program was built.
struct web_client_asset {
    /// Its path below `page/`, such as `core/dom.js`.
    const char *_Nonnull path;
    /// Its bytes, which live as long as the program.
    const unsigned char *_Nonnull bytes;
    /// How many bytes it has.
    size_t count;
};

/// How many files there are.
size_t web_client_asset_count(void);

/// A file, in the order of the paths; NULL beyond the last.
const struct web_client_asset *_Nullable web_client_asset_at(size_t index);

#endif

#ifndef HOISTWAY_CZLIB_SHIM_H
#define HOISTWAY_CZLIB_SHIM_H

#include <zlib.h>

// Swift cannot see macros that call functions.

/// Starts compressing in zlib's format.
static inline int hoistway_deflate_init(z_streamp stream, int level) {
    return deflateInit(stream, level);
}

/// Starts decompressing zlib's format.
static inline int hoistway_inflate_init(z_streamp stream) {
    return inflateInit(stream);
}

#endif

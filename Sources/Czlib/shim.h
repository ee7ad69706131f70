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

/// Starts compressing in gzip's format.
static inline int hoistway_gzip_init(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
}

/// Starts decompressing gzip's format.
static inline int hoistway_gunzip_init(z_streamp stream) {
    return inflateInit2(stream, MAX_WBITS + 16);
}

#endif

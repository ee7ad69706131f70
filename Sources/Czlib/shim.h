#ifndef HOISTWAY_CZLIB_SHIM_H
#define HOISTWAY_CZLIB_SHIM_H

#include <stddef.h>
#include <zlib.h>

// Swift cannot see macros that call functions.

/// Starts compressing in zlib's format.
static inline int hoistway_deflate_init(z_streamp stream, int level) {
    return deflateInit(stream, level);
}

/// Starts compressing `size` bytes in zlib's format, with memory for no more.
///
/// A small object needs 20 KiB instead of 260, which zlib clears first. A window of 256 bytes is not used: zlib replaces
/// it by a larger one, and older readers refuse that.
static inline int hoistway_deflate_init_for(z_streamp stream, int level, size_t size) {
    int window = 9;
    // zlib finds nothing further back than the window without 262 bytes (its MIN_LOOKAHEAD).
    while (window < MAX_WBITS && ((size_t)1 << window) < size + 262) window++;
    return deflateInit2(stream, level, Z_DEFLATED, window, window < 13 ? 5 : 8, Z_DEFAULT_STRATEGY);
}

/// Starts decompressing zlib's format.
static inline int hoistway_inflate_init(z_streamp stream) {
    return inflateInit(stream);
}

/// Starts compressing in gzip's format.
static inline int hoistway_gzip_init(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
}

/// Compresses all of `bytes` at once with a stream that has just been started; gives how many bytes came out.
///
/// 0: `capacity` is not what `deflateBound` gave.
static inline size_t hoistway_deflate_whole(
    z_streamp stream,
    const unsigned char *bytes,
    size_t count,
    unsigned char *result,
    size_t capacity
) {
    stream->next_in = (unsigned char *)bytes;
    stream->avail_in = (unsigned int)count;
    stream->next_out = result;
    stream->avail_out = (unsigned int)capacity;
    return deflate(stream, Z_FINISH) == Z_STREAM_END ? capacity - stream->avail_out : 0;
}

/// Starts decompressing gzip's format.
static inline int hoistway_gunzip_init(z_streamp stream) {
    return inflateInit2(stream, MAX_WBITS + 16);
}

#endif

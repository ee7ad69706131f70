#ifndef HOISTWAY_CZSTD_SHIM_H
#define HOISTWAY_CZSTD_SHIM_H

#include <zstd.h>

#endif

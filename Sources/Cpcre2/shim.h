#ifndef HOISTWAY_CPCRE2_SHIM_H
#define HOISTWAY_CPCRE2_SHIM_H

// pcre2.h leaves the width of a code unit to whoever includes it.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#endif

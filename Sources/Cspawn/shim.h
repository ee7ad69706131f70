#ifndef HOISTWAY_CSPAWN_SHIM_H
#define HOISTWAY_CSPAWN_SHIM_H

#include <spawn.h>

// In glibc since 2.34. Its header shows this only under _GNU_SOURCE, which Swift's module of the C library is made
// without.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

#endif

#ifndef HOISTWAY_CMEMORY_SHIM_H
#define HOISTWAY_CMEMORY_SHIM_H

#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

// Made by the linker: where the program's constants begin, and where its code ends. What is written lies behind both.
extern const char __executable_start[];
extern const char etext[];

/// Lets go of the pages of the program's own code and constants.
///
/// The kernel maps each again, from its cache of the file, when it is next used. Gives 0, or -1 with `errno` set.
static inline int hoistway_release_code(void) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)__executable_start & ~(page - 1);
    uintptr_t end = (uintptr_t)etext & ~(page - 1);
    return madvise((void *)start, end - start, MADV_DONTNEED);
}

/// Keeps the memory of this process, which holds secrets, out of core dumps and from other processes of the same user.
///
/// Programs that it starts begin with a limit of no core files, and can be looked into as usual. Gives 0, or -1 with
/// `errno` set.
static inline int hoistway_forbid_dumps(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

#endif

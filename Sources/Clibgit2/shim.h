#ifndef HOISTWAY_CLIBGIT2_SHIM_H
#define HOISTWAY_CLIBGIT2_SHIM_H

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

// Swift cannot call variadic functions: one wrapper for each option that is used.

/// Switches strict checks at object creation on or off, for the whole process.
static inline int hoistway_git_set_strict_object_creation(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, enabled);
}

/// Switches the re-hashing of every object that is read on or off, for the whole process.
static inline int hoistway_git_set_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

/// Switches fsync of every file in the object database on or off, for the whole process.
static inline int hoistway_git_set_fsync_gitdir(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

/// Bounds libgit2's process-wide object cache, in bytes.
static inline int hoistway_git_set_cache_max_size(ssize_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, bytes);
}

/// Bounds the memory that libgit2 maps from packs at one time, in bytes.
static inline int hoistway_git_set_mwindow_mapped_limit(size_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, bytes);
}

#endif

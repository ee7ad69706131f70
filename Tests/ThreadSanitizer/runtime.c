// Linked into every program that `scripts/tsan` builds: makes the thread sanitizer see Swift's `Mutex`, and configures it.
//
// `Mutex` takes its lock inline while nobody else wants it, which the sanitizer sees. Once two threads want it, the
// functions below act, in a library of the toolchain that is not instrumented: the sanitizer would see two threads
// between the same lock's ends without an order, and call that a race. `--wrap` of the linker leads the calls here.
// Their names and signatures are those of
// https://github.com/swiftlang/swift/blob/release/6.3/stdlib/public/Synchronization/Mutex/LinuxImpl.swift

#include <stdbool.h>
#include <stdint.h>

// https://github.com/llvm/llvm-project/blob/main/compiler-rt/lib/tsan/rtl/tsan_interface.h
void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define HANDLE "$s15Synchronization12_MutexHandleV"

SWIFT void real_lock_slow(uint32_t thread, SELF void *lock) __asm__("__real_" HANDLE "9_lockSlowyys6UInt32VF");
SWIFT bool real_try_lock_slow(SELF void *lock) __asm__("__real_" HANDLE "12_tryLockSlowSbyF");
SWIFT void real_unlock_slow(SELF void *lock) __asm__("__real_" HANDLE "11_unlockSlowyyF");

SWIFT void seen_lock_slow(uint32_t thread, SELF void *lock) __asm__("__wrap_" HANDLE "9_lockSlowyys6UInt32VF");
SWIFT bool seen_try_lock_slow(SELF void *lock) __asm__("__wrap_" HANDLE "12_tryLockSlowSbyF");
SWIFT void seen_unlock_slow(SELF void *lock) __asm__("__wrap_" HANDLE "11_unlockSlowyyF");

SWIFT void seen_lock_slow(uint32_t thread, SELF void *lock) {
    real_lock_slow(thread, lock);
    __tsan_acquire(lock);
}

SWIFT bool seen_try_lock_slow(SELF void *lock) {
    bool taken = real_try_lock_slow(lock);
    if (taken) __tsan_acquire(lock);
    return taken;
}

SWIFT void seen_unlock_slow(SELF void *lock) {
    __tsan_release(lock);
    real_unlock_slow(lock);
}

/// Compiled in, since programs that tests start do not inherit the environment.
///
/// A report goes to a file and changes no exit status: tests compare what a program prints and how it ends, and
/// `scripts/tsan` counts the files.
const char *__tsan_default_options(void) {
    return "log_path=" REPORTS ":exitcode=0:history_size=4";
}

#ifndef HOISTWAY_CSPAWN_SHIM_H
#define HOISTWAY_CSPAWN_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// In glibc since 2.34. Its header shows this only under _GNU_SOURCE, which Swift's module of the C library is made
// without.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern int pipe2(int ends[2], int flags);

/// A program that is started with limits, which `posix_spawn` cannot set.
struct hoistway_launch_request {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *folder;
    int input;
    int output;
    int errors;
    /// In bytes.
    unsigned long address_space;
    unsigned long file_size;
    unsigned long open_files;
    /// Not zero: no program that it starts gains a privilege (a setuid bubblewrap needs to).
    int no_new_privileges;
};

static inline void hoistway_limit(int resource, unsigned long value) {
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0) return;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value) limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    // A filter of system calls may forbid it, such as that of a systemd unit: what the server watches is bounded still.
    (void)setrlimit((__rlimit_resource_t)resource, &limit);
}

/// Starts the program as the leader of a session and of a process group. It is killed when the *thread* that called
/// this ends, so that it cannot outlive a killed server: the caller stays on one thread until it has waited for it.
///
/// Returns zero or an error's number. Between fork and exec only what `man signal-safety` allows is called.
static inline int hoistway_launch(const struct hoistway_launch_request *request, pid_t *pid) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return errno;
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        struct sigaction standard = {0};
        standard.sa_handler = SIG_DFL;
        for (int number = 1; number < 65; number++) (void)sigaction(number, &standard, 0);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, 0);
        (void)setsid();
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        if (request->no_new_privileges) (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        hoistway_limit(RLIMIT_CORE, 0);
        hoistway_limit(RLIMIT_AS, request->address_space);
        hoistway_limit(RLIMIT_FSIZE, request->file_size);
        hoistway_limit(RLIMIT_NOFILE, request->open_files);
        int failed = dup2(request->input, 0) < 0 || dup2(request->output, 1) < 0 || dup2(request->errors, 2) < 0;
        // Whatever else is open here (connections, the database, secrets) is not the program's.
        if (!failed) {
            if (report[1] > 3) (void)syscall(SYS_close_range, 3u, (unsigned)report[1] - 1, 0u);
            failed = syscall(SYS_close_range, (unsigned)report[1] + 1, ~0u, 0u) != 0;
        }
        if (!failed) failed = chdir(request->folder) != 0;
        if (!failed) (void)execve(request->path, request->arguments, request->environment);
        int code = errno;
        (void)!write(report[1], &code, sizeof code);
        _exit(127);
    }
    int code = child < 0 ? errno : 0;
    sigprocmask(SIG_SETMASK, &before, 0);
    close(report[1]);
    if (child > 0) {
        ssize_t count;
        do {
            count = read(report[0], &code, sizeof code);
        } while (count < 0 && errno == EINTR);
        if (count == (ssize_t)sizeof code) {
            while (waitpid(child, 0, 0) < 0 && errno == EINTR) {}
        } else {
            code = 0;
            *pid = child;
        }
    }
    close(report[0]);
    return code;
}

/// A descriptor that can be polled for the end of a process; negative where the kernel has none (before 5.3).
static inline int hoistway_pidfd(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

#endif

import Cspawn
import Foundation
import Synchronization

/// A server beside the tests in a process group of its own, so that its children end with it.
///
/// A shell in the group reads from a socket that only this process holds: when this process ends in any way, the whole
/// group is killed. The server inherits no other file of this process.
package final class ServerProcess: Sendable {
    /// The group's leader.
    package let pid: Int32
    private let lifeline: Int32
    private let isStopped = Mutex(false)

    /// Standard output and error go to the file `log`.
    ///
    /// `folder` is removed if this process ends before it has stopped the server.
    package init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        log: String,
        folder: String = ""
    ) throws {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw TestServerError.failed("making a socket", detail: String(cString: strerror(errno)))
        }
        lifeline = ends[1]
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Files that are open here, for example a lock of the tests' parent, and the proxies' connections.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)

        var spawned: pid_t = 0
        let script = #"("$@" </dev/null; kill -KILL 0) & read -r _; case $0 in /*) rm -rf "$0"; esac; kill -KILL 0"#
        let status = Self.withCStrings(
            ["/bin/sh", "-c", script, folder.isEmpty ? "server" : folder, program] + arguments
        ) { argv in
            Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&spawned, "/bin/sh", &actions, &attributes, argv, envp)
            }
        }
        guard status == 0 else {
            close(ends[1])
            throw TestServerError.failed("starting \(program)", detail: String(cString: strerror(status)))
        }
        pid = spawned
    }

    deinit {
        stop()
        close(lifeline)
    }

    package var isRunning: Bool {
        isStopped.withLock { stopped in
            guard !stopped else { return false }
            var status: Int32 = 0
            stopped = waitpid(pid, &status, WNOHANG) == pid
            return !stopped
        }
    }

    /// Ends the whole group: with SIGTERM, and after a second with SIGKILL.
    package func stop() {
        isStopped.withLock { stopped in
            guard !stopped else { return }
            stopped = true
            var status: Int32 = 0
            kill(-pid, SIGTERM)
            for _ in 0..<100 {
                if waitpid(pid, &status, WNOHANG) == pid {
                    kill(-pid, SIGKILL)
                    return
                }
                usleep(10_000)
            }
            kill(-pid, SIGKILL)
            waitpid(pid, &status, 0)
        }
    }

    /// Kills the whole group at once, and waits until it is gone.
    package func killAtOnce() {
        isStopped.withLock { stopped in
            guard !stopped else { return }
            stopped = true
            var status: Int32 = 0
            kill(-pid, SIGKILL)
            waitpid(pid, &status, 0)
            // This process cannot wait for its children; their new parent does.
            for _ in 0..<500 where kill(-pid, 0) == 0 { usleep(1000) }
        }
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

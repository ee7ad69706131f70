import Foundation
import HoistwayTestServers
import Synchronization

/// A program that the benchmark starts and stops.
final class Child: Sendable {
    let pid: Int32
    /// The file for its output, on both streams.
    let log: String
    private let isOver = Mutex(false)

    /// Starts it without a shell: the time until the first answer is measured from here.
    init(_ program: String, _ arguments: [String], log: String, environment: [String: String] = [:]) throws {
        self.log = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for file in Self.openFiles where file > 2 { posix_spawn_file_actions_addclose(&actions, file) }
        let values = TestProgram.environment().merging(environment) { $1 }
        let argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        let envp: [UnsafeMutablePointer<CChar>?] = values.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for copy in argv + envp { free(copy) } }
        var spawned: pid_t = 0
        let status = posix_spawn(&spawned, program, &actions, nil, argv, envp)
        guard status == 0 else {
            throw BenchFailure.failed("starting \(program)", detail: String(cString: strerror(status)))
        }
        pid = spawned
        Children.running.withLock { _ = $0.insert(spawned) }
    }

    deinit { stop() }

    private static var openFiles: [Int32] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        return (names ?? []).compactMap { Int32($0) }
    }

    var isRunning: Bool {
        isOver.withLock { isOver in
            guard !isOver else { return false }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return true }
            ended(&isOver)
            return false
        }
    }

    /// Ends it: with `signal`, and after three seconds with SIGKILL.
    func stop(with signal: Int32 = SIGTERM) {
        isOver.withLock { isOver in
            guard !isOver else { return }
            kill(pid, signal)
            var status: Int32 = 0
            for _ in 0..<300 {
                if waitpid(pid, &status, WNOHANG) == pid { return ended(&isOver) }
                usleep(10_000)
            }
            kill(pid, SIGKILL)
            waitpid(pid, &status, 0)
            ended(&isOver)
        }
    }

    private func ended(_ isOver: inout Bool) {
        isOver = true
        Children.running.withLock { _ = $0.remove(pid) }
    }

    var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    func waitForEnd(seconds: Double) async throws {
        for _ in 0..<Int(seconds * 100) {
            guard isRunning else { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchFailure.failed("waiting for process \(pid)", detail: "it did not end in \(seconds) s")
    }
}

/// All running programs, for an interrupt of the benchmark.
enum Children {
    static let running = Mutex<Set<Int32>>([])

    /// From now on an interrupt ends the running programs too.
    static func endWithInterrupts() -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                for pid in running.withLock({ $0 }) { kill(pid, SIGKILL) }
                exit(130)
            }
            source.resume()
            return source
        }
    }
}

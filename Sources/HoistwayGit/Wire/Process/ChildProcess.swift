import Dispatch
import Glibc
import HoistwayPorts
import Synchronization

/// A program with one socket as its standard input and output.
///
/// A socket, not two pipes: a write to a program that has ended gives an error, not a signal. The program leads a
/// process group, so that its children end with it. Reading and writing block on queues of their own, never on the
/// threads of Swift's tasks.
final class ChildProcess: Sendable {
    private struct State {
        var isOpen = true
        var errors = BoundedWords()
    }

    private let pid: pid_t
    private let handle: Int32
    private let state = Mutex(State())
    private let reading = DispatchQueue(label: "hoistway.child.read")
    private let writing = DispatchQueue(label: "hoistway.child.write")
    // Dispatch's objects may be used from every thread (`man dispatch`); its Swift overlay does not declare this on
    // Linux.
    nonisolated(unsafe) private let errors: any DispatchSourceRead
    private let errorsEnded = DispatchGroup()

    /// `arguments` begin with the program's name, which is searched in `PATH`; it has only `environment`.
    init(_ arguments: [String], environment: [String: String]) throws(GitFailure) {
        let name = arguments.first ?? ""
        var sockets: [Int32] = [-1, -1]
        var pipes: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { throw Self.failure(name, errno) }
        // A socket for the errors too: only sockets are made close-on-exec in one step everywhere.
        guard socketpair(AF_UNIX, kind | Int32(SOCK_NONBLOCK.rawValue), 0, &pipes) == 0 else {
            let code = errno
            close(sockets[0])
            close(sockets[1])
            throw Self.failure(name, code)
        }
        var spawned: pid_t = 0
        let status = Spawn.run(arguments, environment, input: sockets[1], errors: pipes[1], pid: &spawned)
        close(sockets[1])
        close(pipes[1])
        guard status == 0 else {
            close(sockets[0])
            close(pipes[0])
            throw Self.failure(name, status)
        }
        pid = spawned
        handle = sockets[0]
        errors = DispatchSource.makeReadSource(fileDescriptor: pipes[0], queue: .global())
        collectErrors(from: pipes[0])
    }

    deinit { end() }

    /// The last output on the program's standard error.
    var words: String { state.withLock(\.errors.text) }

    /// Waits until the program has closed its standard error, at most a second, and gives the last output.
    func lastWords() async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [errorsEnded] in
                _ = errorsEnded.wait(timeout: .now() + .seconds(1))
                continuation.resume()
            }
        }
        return words
    }

    /// The next bytes; none at the end; `nil` after `timeout` without bytes.
    ///
    /// A cancelled task ends the program.
    func read(timeout: Duration) async -> [UInt8]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                reading.async { continuation.resume(returning: self.blockingRead(timeout)) }
            }
        } onCancel: {
            self.kill()
        }
    }

    /// Sends everything; false where the program does not read it all.
    func write(_ parts: [[UInt8]], timeout: Duration, thenClose: Bool = false) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                writing.async {
                    let isTaken = parts.allSatisfy { self.blockingWrite($0, timeout) }
                    if thenClose { self.closeInput() }
                    continuation.resume(returning: isTaken)
                }
            }
        } onCancel: {
            self.kill()
        }
    }

    /// Closes the program's input.
    func closeInput() {
        state.withLock { state in
            if state.isOpen { _ = shutdown(handle, Int32(SHUT_WR)) }
        }
    }

    /// Ends the program and its children at once.
    ///
    /// Readers get the end of the output.
    func kill() {
        state.withLock { state in
            guard state.isOpen else { return }
            _ = Glibc.kill(-pid, SIGKILL)
            _ = shutdown(handle, Int32(SHUT_RDWR))
        }
    }

    /// Waits at most `patience` for a program that has done its work; then ends it.
    func finish(patience: Duration) async -> Int32 {
        closeInput()
        return await withCheckedContinuation { continuation in
            reading.async {
                let deadline = ContinuousClock.now + patience
                var status: Int32 = 0
                while ContinuousClock.now < deadline {
                    if self.reap(&status, WNOHANG) { break }
                    usleep(2000)
                }
                self.end()
                continuation.resume(returning: status)
            }
        }
    }

    /// Kills, reaps and closes; further calls do nothing.
    func end() {
        kill()
        var status: Int32 = 0
        _ = reap(&status, 0)
        errors.cancel()
    }

    private func reap(_ status: inout Int32, _ flags: Int32) -> Bool {
        state.withLock { state in
            guard state.isOpen else { return true }
            // An interrupted wait is repeated.
            var found: pid_t
            repeat { found = waitpid(pid, &status, flags) } while found == -1 && errno == EINTR
            guard found != 0 else { return false }
            state.isOpen = false
            _ = Glibc.kill(-pid, SIGKILL)
            // After all reads and writes: for them the number must not mean another file.
            reading.async { [writing, handle] in writing.async { close(handle) } }
            return true
        }
    }

    private static func failure(_ program: String, _ code: Int32) -> GitFailure {
        .local(operation: "starting \(program)", detail: String(cString: strerror(code)))
    }
}

extension ChildProcess {
    /// Largest piece read at once, in bytes.
    private static let pieceSize = 64 << 10

    private func wait(for events: Int32, _ timeout: Duration) -> Bool {
        var entry = pollfd(fd: handle, events: Int16(events), revents: 0)
        let (seconds, attoseconds) = timeout.components
        let milliseconds = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        return poll(&entry, 1, milliseconds) > 0
    }

    private var isOpen: Bool { state.withLock(\.isOpen) }

    private func blockingRead(_ timeout: Duration) -> [UInt8]? {
        guard isOpen else { return [] }
        guard wait(for: POLLIN, timeout) else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
            count = max(0, recv(handle, buffer.baseAddress, buffer.count, 0))
        }
    }

    private func blockingWrite(_ bytes: [UInt8], _ timeout: Duration) -> Bool {
        var offset = 0
        while offset < bytes.count {
            guard isOpen, wait(for: POLLOUT, timeout) else { return false }
            let sent = bytes.withUnsafeBytes { buffer in
                send(
                    handle,
                    buffer.baseAddress?.advanced(by: offset),
                    buffer.count - offset,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                )
            }
            if sent < 0 {
                guard errno == EAGAIN || errno == EINTR else { return false }
                continue
            }
            offset += sent
        }
        return true
    }

    private func collectErrors(from handle: Int32) {
        errorsEnded.enter()
        errors.setEventHandler { [weak self] in
            let piece = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                count = max(0, Glibc.read(handle, buffer.baseAddress, buffer.count))
            }
            guard let self, !piece.isEmpty else {
                self?.errors.cancel()
                return
            }
            state.withLock { $0.errors.append(piece) }
        }
        errors.setCancelHandler { [errorsEnded] in
            close(handle)
            errorsEnded.leave()
        }
        errors.activate()
    }
}

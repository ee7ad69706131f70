import Cspawn
import Glibc

/// One process, from its start to its end, with limits on its time and its output.
///
/// Blocks its thread the whole time: the process is killed when that thread ends (`hoistway_launch`).
struct LoginProcess {
    enum Ending: Equatable {
        /// The number of the error.
        case unstarted(Int32)
        case stopped
        case late
        case tooMuchOutput
        /// `status`: 128 and more for a signal, as in shells.
        case ended(status: Int, output: [UInt8], words: [UInt8])
    }

    /// The first is the program's complete path.
    let arguments: [String]
    let environment: [String: String]

    func run(limit: Duration, maxOutput: Int, maxWords: Int, isStopped: () -> Bool) -> Ending {
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        guard pipe2(&output, O_CLOEXEC) == 0 else { return .unstarted(errno) }
        guard pipe2(&errors, O_CLOEXEC) == 0 else {
            let code = errno
            for handle in output { close(handle) }
            return .unstarted(code)
        }
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        var pid: pid_t = 0
        let code = start(null, output[1], errors[1], &pid)
        for handle in [null, output[1], errors[1]] { close(handle) }
        defer {
            close(output[0])
            close(errors[0])
        }
        guard code == 0 else { return .unstarted(code) }
        for handle in [output[0], errors[0]] { _ = fcntl(handle, F_SETFL, O_NONBLOCK) }
        var open = [output[0], errors[0]].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var said: [[UInt8]] = [[], []]
        let end = ContinuousClock.now + limit
        var cut: Ending?
        // The output ends with the process: its children may keep the pipe open, and are killed with its group.
        while cut == nil, !Self.hasEnded(pid) {
            poll(&open, 2, 50)
            Self.read(&open, &said, maxWords: maxWords, maxOutput: maxOutput)
            if said[0].count > maxOutput { cut = .tooMuchOutput }
            if isStopped() { cut = .stopped }
            if ContinuousClock.now > end { cut = .late }
        }
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        Self.read(&open, &said, maxWords: maxWords, maxOutput: maxOutput)
        if let cut { return cut }
        if said[0].count > maxOutput { return .tooMuchOutput }
        let code2 = status & 0x7f == 0 ? Int(status >> 8 & 0xff) : 128 + Int(status & 0x7f)
        return .ended(status: code2, output: said[0], words: said[1])
    }

    /// Whether it has ended; it stays a zombie, so that no other process gets its number.
    private static func hasEnded(_ pid: pid_t) -> Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0
            && information.si_signo == SIGCHLD
    }

    private static func read(_ open: inout [pollfd], _ said: inout [[UInt8]], maxWords: Int, maxOutput: Int) {
        for index in open.indices where open[index].fd >= 0 {
            while said[0].count <= maxOutput {
                var count = 0
                let piece = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
                    count = Glibc.read(open[index].fd, buffer.baseAddress, buffer.count)
                    filled = max(0, count)
                }
                // After the end of the file it is not polled.
                if count == 0 { open[index].fd = -1 }
                guard count > 0 else { break }
                said[index] += piece
                // Only the last bytes of the standard error are kept.
                if index == 1, said[1].count > maxWords { said[1].removeFirst(said[1].count - maxWords) }
            }
        }
    }

    /// The error's number, zero where the program runs.
    private func start(_ input: Int32, _ output: Int32, _ errors: Int32, _ pid: inout pid_t) -> Int32 {
        withCStrings(arguments) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                "/".withCString { folder in
                    var request = hoistway_launch_request(
                        path: arguments[0],
                        arguments: arguments,
                        environment: environment,
                        folder: folder,
                        input: input,
                        output: output,
                        errors: errors,
                        // Programs in Go and Python reserve far more than they use, so this is not limited.
                        address_space: UInt.max,
                        file_size: 64 << 20,
                        open_files: 1024,
                        no_new_privileges: 1
                    )
                    return hoistway_launch(&request, &pid)
                }
            }
        }
    }

    private func withCStrings(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return ENOMEM }
            return body(base)
        }
    }
}

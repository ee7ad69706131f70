import Cspawn
import Glibc
import HoistwayPorts
import Synchronization

/// A request to stop a run.
final class StopFlag: Sendable {
    private let isSet = Atomic(false)

    var isRaised: Bool { isSet.load(ordering: .acquiring) }
    func raise() { isSet.store(true, ordering: .releasing) }
}

/// One process with all its descendants, from its start to the end of the last of them.
///
/// Blocks its thread the whole time: the process is killed when that thread ends (`hoistway_launch`).
struct SupervisedProcess {
    struct Ending {
        enum Status: Equatable {
            case exited(Int)
            case signalled(Int)
        }

        var status: Status
        var output: [UInt8]
        var words: ProgramWords
        /// Why it was killed; `nil` where it ended normally.
        var reason: Reason?
    }

    enum Reason: Equatable {
        case stopped
        case time
        case excess(ProgramFailure.Excess)
    }

    /// The time between two checks of processes, memory and disk.
    private static let checkInterval: Duration = .milliseconds(200)
    /// How long to wait for the end of killed processes.
    private static let patience: Duration = .seconds(10)

    let request: Launch.Request
    let limits: ProgramLimits
    /// The folder whose size is limited.
    let folder: String
    /// An environment variable that no other process has; `nil` where a namespace contains the processes.
    let marker: String?
    let stop: StopFlag

    /// Its end, or the number of the error that prevented its start.
    func run() -> Result<Ending, LaunchFailure> {
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        guard pipe2(&output, O_CLOEXEC) == 0 else { return .failure(LaunchFailure(code: errno)) }
        guard pipe2(&errors, O_CLOEXEC) == 0 else {
            let code = errno
            for handle in output { close(handle) }
            return .failure(LaunchFailure(code: code))
        }
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        var request = request
        request.input = null
        request.output = output[1]
        request.errors = errors[1]
        var pid: pid_t = 0
        let code = Launch.start(request, pid: &pid)
        for handle in [null, output[1], errors[1]] { close(handle) }
        defer {
            close(output[0])
            close(errors[0])
        }
        guard code == 0 else { return .failure(LaunchFailure(code: code)) }
        for handle in [output[0], errors[0]] { _ = fcntl(handle, F_SETFL, O_NONBLOCK) }
        return .success(supervise(pid, output[0], errors[0]))
    }

    struct LaunchFailure: Error { var code: Int32 }

    private func supervise(_ pid: pid_t, _ output: Int32, _ errors: Int32) -> Ending {
        let signal = hoistway_pidfd(pid)
        defer { if signal >= 0 { close(signal) } }
        let start = ContinuousClock.now
        var nextCheck = start + Self.checkInterval
        var ending = Ending(status: .exited(0), output: [], words: ProgramWords(), reason: nil)
        var open = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signal, events: Int16(POLLIN), revents: 0),
        ]
        var family: Set<ProcessTable.Entry> = []
        while !Self.hasEnded(pid) {
            poll(&open, 3, signal >= 0 ? 100 : 20)
            read(&open, &ending)
            let now = ContinuousClock.now
            var reason = excess(of: ending)
            if stop.isRaised { reason = .stopped }
            if now - start > limits.time { reason = .time }
            if reason == nil, now >= nextCheck {
                reason = check(pid, &family)
                nextCheck = ContinuousClock.now + Self.checkInterval
            }
            guard let reason else { continue }
            ending.reason = reason
            family.formUnion(ProcessTable().family(of: pid))
            kill(-pid, SIGKILL)
            for entry in family where ProcessTable.isAlive(entry) { kill(entry.pid, SIGKILL) }
            while !Self.hasEnded(pid) { poll(&open, 3, 20) }
        }
        // Until it is waited for, no other process gets its number: the group is its own.
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        ending.status = status & 0x7f == 0 ? .exited(Int(status >> 8 & 0xff)) : .signalled(Int(status & 0x7f))
        removeStrays(family)
        read(&open, &ending)
        // For a process that ends between two checks the same limits apply.
        if ending.reason == nil { ending.reason = excess(of: ending) ?? checkDisk() }
        return ending
    }

    /// Whether it has ended; it stays a zombie.
    private static func hasEnded(_ pid: pid_t) -> Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0
            && information.si_signo == SIGCHLD
    }

    private func read(_ open: inout [pollfd], _ ending: inout Ending) {
        for index in 0..<2 where open[index].fd >= 0 {
            while true {
                var count = 0
                let piece = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, filled in
                    count = Glibc.read(open[index].fd, buffer.baseAddress, buffer.count)
                    filled = max(0, count)
                }
                // After the end of the file it is not polled.
                if count == 0 { open[index].fd = -1 }
                guard count > 0 else { break }
                if index == 0 { ending.output += piece } else { ending.words.append(piece) }
                guard excess(of: ending) == nil else { return }
            }
        }
    }

    private func excess(of ending: Ending) -> Reason? {
        if ending.output.count > limits.outputBytes { return .excess(.output(bytes: limits.outputBytes)) }
        if ending.words.total > limits.errorBytes { return .excess(.errors(bytes: limits.errorBytes)) }
        return nil
    }

    private func check(_ pid: pid_t, _ family: inout Set<ProcessTable.Entry>) -> Reason? {
        let now = ProcessTable().family(of: pid)
        family.formUnion(now)
        if now.count > limits.processes { return .excess(.processes(limits.processes)) }
        if now.reduce(0, { $0 + $1.resident }) > limits.memoryBytes {
            return .excess(.memory(bytes: limits.memoryBytes))
        }
        return checkDisk()
    }

    private func checkDisk() -> Reason? {
        let used = FolderTree.usage(of: folder, bytes: limits.diskBytes, entries: limits.diskEntries)
        if used.isDeep { return .excess(.depth(FolderTree.depth)) }
        if used.bytes > limits.diskBytes { return .excess(.disk(bytes: limits.diskBytes)) }
        return used.entries > limits.diskEntries ? .excess(.diskEntries(limits.diskEntries)) : nil
    }

    /// Kills its remaining descendants, and waits for their end.
    ///
    /// Without a namespace, those that left its group are found by the marker.
    private func removeStrays(_ family: Set<ProcessTable.Entry>) {
        let end = ContinuousClock.now + Self.patience
        repeat {
            var left = family.filter(ProcessTable.isAlive)
            if let marker { left.formUnion(ProcessTable().holders(of: marker).filter { !$0.isZombie }) }
            guard !left.isEmpty else { return }
            for entry in left { kill(entry.pid, SIGKILL) }
            usleep(2000)
        } while ContinuousClock.now < end
    }
}

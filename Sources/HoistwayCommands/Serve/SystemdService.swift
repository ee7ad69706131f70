import HoistwayConsole
import HoistwayPorts
import Logging
import ServiceLifecycle

/// Reports to systemd, where it started the program: ready, still alive, stopping.
///
/// "Ready" is sent once, when the state answers; the receiver listens by then. The watchdog is fed as long as the
/// state answers *at all*: with an error as well, since a full disk is no reason for a restart.
struct SystemdService: Service {
    /// `nil` where systemd did not start the program, or expects no messages.
    let socket: SystemdSocket?
    /// Half of the time after which systemd takes a silent service for dead; `nil` without a watchdog.
    let lifeSignInterval: Duration?
    let clock: any WallClock
    let readiness: @Sendable () async -> Readiness
    let log: Logger

    private static let firstLooks: Duration = .milliseconds(100)
    /// How often the status is looked at without a watchdog.
    private static let looks: Duration = .seconds(30)

    func run() async throws {
        guard let socket else {
            try await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown { await report(to: socket) }
        await tellStop(to: socket)
    }

    /// Sends it again while systemd's queue is full; two seconds are enough for that, and hold up no stop.
    private func tellStop(to socket: SystemdSocket) async {
        for _ in 1...100 {
            guard !socket.send(["STOPPING=1"]), (try? await clock.sleep(for: .milliseconds(20))) != nil else { return }
        }
    }

    /// Ends at cancellation only.
    private func report(to socket: SystemdSocket) async {
        var isReady = false
        var shown: String?
        while !Task.isCancelled {
            var lines: [String] = lifeSignInterval == nil ? [] : ["WATCHDOG=1"]
            let (status, isReadyNow) =
                switch await readiness() {
                case .ready: ("ready", true)
                case .readyWhile(let work): ("ready; \(SafeText.line(work))", true)
                case .notReady(let reason): ("not ready: \(SafeText.line(reason))", false)
                }
            if isReadyNow, !isReady {
                lines.append("READY=1")
                isReady = true
            }
            if status != shown { lines.append("STATUS=\(status)") }
            shown = status
            if !lines.isEmpty, !socket.send(lines) { log.warning("systemd does not take this service's messages") }
            let pause = isReady ? lifeSignInterval ?? Self.looks : Self.firstLooks
            guard (try? await clock.sleep(for: pause)) != nil else { return }  // cancelled
        }
    }
}

extension SystemdService {
    /// - Parameters:
    ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`, as systemd sets them.
    ///   - pid: of this process: a watchdog for another one is not fed.
    init(
        environment: [String: String],
        pid: Int32,
        clock: any WallClock,
        readiness: @escaping @Sendable () async -> Readiness,
        log: Logger
    ) {
        socket = environment["NOTIFY_SOCKET"].flatMap { SystemdSocket(path: $0) }
        lifeSignInterval = Self.lifeSignInterval(environment, pid: pid)
        self.clock = clock
        self.readiness = readiness
        self.log = log
    }

    /// Half of systemd's time-out; `nil` without a watchdog for this process.
    static func lifeSignInterval(_ environment: [String: String], pid: Int32) -> Duration? {
        let isForThis = environment["WATCHDOG_PID"].map { $0 == "\(pid)" } ?? true
        let timeout = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        return isForThis && timeout > 0 ? .microseconds(max(timeout / 2, 1)) : nil
    }
}

extension SystemdService: CustomStringConvertible {
    /// For the log of the group of services.
    var description: String { "systemd" }
}

import Glibc
import HoistwayModel
package import HoistwayPorts
import HoistwayThreads

/// Runs programs in private folders below one folder, in the best sandbox that works here.
///
/// Safe to use concurrently: each run has a folder and a thread of its own. When a server is killed, the kernel kills
/// its programs with their threads; in a sandbox all their child processes end too. Folders stay, and so do child
/// processes of a program without a sandbox; the next start removes both.
package final class SandboxedRunner: ProgramRunner {
    package let sandbox: Sandbox
    /// The number of folders of killed processes that were removed.
    package let sweptFolders: Int
    private let command: SandboxCommand
    private let parent: String
    private let requiresSandbox: Bool

    /// Finds a working sandbox, by running something in it, and removes what killed processes have left.
    ///
    /// - Parameters:
    ///   - folder: absolute; created where it is absent.
    ///   - requiresSandbox: without a sandbox no program runs.
    ///   - candidates: the sandboxes to try, in this order.
    package static func start(
        in folder: String,
        requiresSandbox: Bool,
        candidates: [SandboxKind] = [.bubblewrap, .namespace]
    ) async -> SandboxedRunner {
        await onThread {
            let swept = PrivateFolder.sweep(folder)
            let (tool, sandbox) = SandboxProbe(folder: folder).find(candidates)
            return SandboxedRunner(
                SandboxCommand(tool: tool),
                sandbox,
                folder,
                requiresSandbox: requiresSandbox,
                swept: swept
            )
        }
    }

    private init(_ command: SandboxCommand, _ sandbox: Sandbox, _ parent: String, requiresSandbox: Bool, swept: Int) {
        self.command = command
        self.sandbox = sandbox
        self.parent = parent
        self.requiresSandbox = requiresSandbox
        sweptFolders = swept
    }

    package func run(_ run: ProgramRun) async throws(ProgramFailure) -> ProgramOutput {
        if requiresSandbox, case .none(let reason) = sandbox {
            throw .sandboxUnavailable(name: run.program.name, reason: reason)
        }
        let stop = StopFlag()
        let result = await withTaskCancellationHandler {
            await Self.onThread { [command, parent] in
                Result { () throws(ProgramFailure) in try SandboxedRun(run, command, stop).perform(in: parent) }
            }
        } onCancel: {
            stop.raise()
        }
        return try result.get()
    }

    /// A thread that exists as long as the work: a run's processes end with the thread that started them.
    private static func onThread<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            OwnThread.start(named: "hoistway.run") { continuation.resume(returning: work()) }
        }
    }
}

/// A sandbox that can be tried.
package enum SandboxKind: Sendable, Hashable, CaseIterable { case bubblewrap, namespace }

/// One run, on its own thread.
struct SandboxedRun {
    private let run: ProgramRun
    private let command: SandboxCommand
    private let stop: StopFlag

    init(_ run: ProgramRun, _ command: SandboxCommand, _ stop: StopFlag) {
        self.run = run
        self.command = command
        self.stop = stop
    }

    func perform(in parent: String) throws(ProgramFailure) -> ProgramOutput {
        let name = run.program.name
        guard !stop.isRaised else { throw .cancelled(name: name) }
        for program in [run.program] + run.companions where access(program.path, X_OK) != 0 {
            throw .missing(
                name: program.name,
                searched: [program.path],
                install: "install \(program.name), or name another path"
            )
        }
        let folder = try PrivateFolder(in: parent)
        defer { folder.remove() }
        try folder.lay(run)
        let ending = try supervise(folder)
        try check(ending, hiding: hidden(folder))
        var reader = ResultReader(root: folder.files, program: name, limits: run.limits)
        return ProgramOutput(
            standardOutput: ending.output,
            words: ending.words.text(hiding: hidden(folder)),
            results: try reader.read(run.results)
        )
    }

    private func supervise(_ folder: PrivateFolder) throws(ProgramFailure) -> SupervisedProcess.Ending {
        let root = command.root(folder.root)
        guard let below = run.workingFolder.text else {
            throw .invalidInput(
                name: run.program.name,
                path: run.workingFolder.shortened,
                reason: "is not UTF-8, and a program starts there"
            )
        }
        let start = below.isEmpty ? "\(root)/files" : "\(root)/files/\(below)"
        let environment = SandboxCommand.environment(root: root, workingFolder: start)
        let isBare = command.tool == .none
        let process = SupervisedProcess(
            request: Launch.Request(
                arguments: command.arguments(
                    run.program,
                    run.arguments,
                    companions: run.companions,
                    folder: folder.path,
                    start: start
                ),
                environment: environment,
                folder: isBare ? start : "/",
                input: -1,
                output: -1,
                errors: -1,
                addressSpace: run.limits.memoryBytes * 4,
                fileSize: run.limits.fileBytes,
                noNewPrivileges: isBare
            ),
            limits: run.limits,
            folder: folder.root,
            marker: isBare ? PrivateFolder.homeVariable(folder.path) : nil,
            stop: stop
        )
        switch process.run() {
        case .success(let ending): return ending
        case .failure(let failure):
            throw .notStarted(name: run.program.name, detail: String(cString: strerror(failure.code)))
        }
    }

    private func hidden(_ folder: PrivateFolder) -> [String] {
        let root = command.root(folder.root)
        return ["\(root)/files/", "\(root)/"]
    }

    private func check(_ ending: SupervisedProcess.Ending, hiding prefixes: [String]) throws(ProgramFailure) {
        let name = run.program.name
        let words = ending.words.text(hiding: prefixes)
        switch ending.reason {
        case .stopped: throw .cancelled(name: name)
        case .time:
            throw .timedOut(name: name, seconds: Int(run.limits.time.components.seconds), words: words)
        case .excess(let excess): throw .exceeded(name: name, excess)
        case nil: break
        }
        switch ending.status {
        case .exited(0): return
        case .exited(let status):
            if command.tool != .none, ["bwrap: ", "unshare: ", "setpriv: "].contains(where: words.hasPrefix) {
                throw .notStarted(name: name, detail: words)
            }
            // In a sandbox the first process reports a signal as a shell does.
            if command.tool != .none, (129...160).contains(status) {
                try killed(status - 128, words)
            }
            throw .exited(name: name, status: status, words: words)
        case .signalled(let signal): try killed(signal, words)
        }
    }

    private func killed(_ signal: Int, _ words: String) throws(ProgramFailure) {
        if signal == Int(SIGXFSZ) { throw .exceeded(name: run.program.name, .fileSize(bytes: run.limits.fileBytes)) }
        throw .killed(name: run.program.name, signal: signal, words: words)
    }
}

import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import HoistwayTestServers
import Testing

/// A folder for private folders, a folder with scripts, and a runner.
struct SandboxFixture {
    /// Every way in which programs are run.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case bubblewrap, namespace, bare

        var testDescription: String { rawValue }
        var isIsolated: Bool { self != .bare }

        /// Those that this machine has; under `CI=true` all, so that a missing one is seen.
        static let usable = allCases.filter { way in
            isCI || way.attempt.map(succeeds) ?? true
        }
        static let isolated = usable.filter(\.isIsolated)
        static let best = usable.first ?? .bare
        static let hasBubblewrap = usable.contains(.bubblewrap)

        private static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

        private var attempt: [String]? {
            switch self {
            case .bubblewrap: ["bwrap", "--unshare-user", "--unshare-net", "--ro-bind", "/", "/", "true"]
            case .namespace: ["unshare", "--user", "--map-root-user", "--mount", "--net", "setpriv", "--version"]
            case .bare: nil
            }
        }

        private static func succeeds(_ words: [String]) -> Bool {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = words
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }

        var candidates: [SandboxKind] {
            switch self {
            case .bubblewrap: [.bubblewrap]
            case .namespace: [.namespace]
            case .bare: []
            }
        }
    }

    let runs: TemporaryFolder
    let scripts: TemporaryFolder
    let runner: SandboxedRunner

    init(_ way: Way = .best) async throws {
        runs = try TemporaryFolder("hoistway-runs")
        scripts = try TemporaryFolder("hoistway-scripts")
        runner = await SandboxedRunner.start(in: runs.path, requiresSandbox: way.isIsolated, candidates: way.candidates)
        guard runner.sandbox.isolates == way.isIsolated else {
            throw TestServerError.failed("the sandbox \(way)", detail: runner.sandbox.description)
        }
    }

    /// A program of the test's own.
    func script(_ text: String, name: String = "tool") throws -> ProgramLocation {
        try Self.writeProgram(text, to: "\(scripts.path)/\(name)")
        return ProgramLocation(name: name, path: "\(scripts.path)/\(name)")
    }

    /// Writes a script in another process: a file that this process has open to write could be open in a child that
    /// is started at that moment, and cannot be run as long as it is.
    static func writeProgram(_ text: String, to path: String) throws {
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/bin/sh")
        writer.arguments = ["-c", #"printf '#!/bin/sh\n%s\n' "$1" >"$2" && chmod 755 "$2""#, "sh", text, path]
        try writer.run()
        writer.waitUntilExit()
        guard writer.terminationStatus == 0 else {
            throw TestServerError.failed("writing \(path)", detail: "status \(writer.terminationStatus)")
        }
    }

    func run(_ text: String, _ arguments: [String] = [], _ change: (inout ProgramRun) -> Void = { _ in })
        async throws -> ProgramOutput
    {
        var run = ProgramRun(try script(text), arguments)
        change(&run)
        return try await runner.run(run)
    }

    /// What the run failed with.
    func failure(_ text: String, _ change: (inout ProgramRun) -> Void = { _ in }) async throws -> ProgramFailure? {
        do {
            _ = try await run(text, [], change)
            return nil
        } catch let failure as ProgramFailure {
            return failure
        }
    }

    /// Private folders that are there now.
    var leftFolders: [String] { (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? [] }

    /// Processes whose command line has a text.
    static func processes(with text: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.count { name in
            guard Int(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return String(decoding: data, as: UTF8.self).contains(text)
        }
    }
}

extension ProgramOutput {
    var text: String { String(decoding: standardOutput, as: UTF8.self) }
}

import Foundation
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging
import Testing

@testable import HoistwayGit

/// A promotion over each server of the catalogue ends as it must, in bounded memory and time. (S1, S2, S4, S7, S8, S11)
struct HostileCatalogueTests {
    private static let password = "hunter2-in-the-clear"

    /// What promotions do: read, edit, copy to a branch, compare, commit and push.
    private static func promote(from url: String, _ behaviour: HostileGitBehaviour) async throws {
        let folder = try TemporaryFolder("hoistway-hostile")
        var options = GitTransportOptions()
        // Short only where the server is slow on purpose: the others may take their time on a slow machine.
        if behaviour.isSlow {
            options.idleTimeout = .seconds(2)
            options.refsTimeout = .seconds(2)
            options.transferTimeout = .seconds(2)
        }
        let login = GitTransportOptions.Login(username: "hoistway", password: Secret(password))
        options.logins = { _ in login }
        let store = ObjectStore(
            root: folder.path,
            name: "r",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let remote = RemoteRepository(transport: try makeTransport(url: url, options: options), store: store)
        do {
            try await promote(remote)
        } catch {
            await remote.transport.close()
            throw error
        }
        await remote.transport.close()
    }

    private static func promote(_ remote: RemoteRepository) async throws {
        let workspace = OverlayWorkspaceTests.workspace()
        let head = try await workspace.mount(remote: remote, source: .branch("main", create: false), at: "src")
        _ = try await workspace.mount(remote: remote, source: .branch("stage", create: true), at: "out")
        guard let name = try await workspace.files(named: ["kustomization.yaml"], in: "src/base").first,
            let file = try await workspace.read("src/base/\(name)")
        else { throw WorkspaceFailure.missing(path: "src/base/kustomization.yaml") }
        try await workspace.write("src/base/kustomization.yaml", file + Array("# edited\n".utf8))
        // With rules, so that every folder is looked into.
        try await workspace.copy(from: "src", to: "out", ignore: ["*.none"])
        _ = try await workspace.commit("out", message: "Promote", trailers: [])
        let outgoing = try await workspace.outgoing("out")
        let tip = try #require(outgoing.commits.last)
        let old = try await remote.commit(try #require(head)).tree
        _ = try await OverlayWorkspaces().unifiedDiff(
            from: old,
            to: remote.commit(tip).tree,
            in: remote,
            maxBytes: 1 << 16
        )
        let update = RefUpdate(ref: "refs/heads/stage", old: .zero, new: tip)
        let results = try await remote.push([update], pack: remote.pack(for: [update]))
        guard results == [.pushed] else { throw GitFailure.refused(url: remote.displayURL, words: "\(results)") }
    }

    private static func failure(of url: String, _ behaviour: HostileGitBehaviour) async -> (any Diagnosable)? {
        do {
            try await promote(from: url, behaviour)
            return nil
        } catch {
            return error as? any Diagnosable ?? GitFailure.local(operation: "the test", detail: "\(error)")
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: HostileGitBehaviour.allCases)
    func `a promotion ends as it must, and sends nothing to where it must not`(
        _ behaviour: HostileGitBehaviour
    ) async throws {
        let server = try HostileGitServer(behaviour)
        defer { server.stop() }
        let failure = await Self.failure(of: server.url, behaviour)
        switch server.script.ending {
        case .pushed: #expect(failure == nil, "\(failure?.message ?? "")")
        case .failedForGood: #expect(failure?.retry == .never, "\(failure?.message ?? "it was pushed")")
        case .refused: #expect(failure?.retry == .few, "\(failure?.message ?? "it was pushed")")
        case .failedForNow:
            // What the server does not have is given up after a while.
            let retry: Retry = [.refToNothing, .packOfNothing].contains(behaviour) ? .limitedBackoff : .backoff
            #expect(failure?.retry == retry, "\(failure?.message ?? "it was pushed")")
        }
        if let message = failure?.message {
            #expect(message.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(message)")
            #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .format }, "\(message)")
            #expect(!message.contains(Self.password))
            #expect(message.count < 1200, "\(message)")
        }
        #expect(server.pushes.isEmpty || server.script.mayPush)
        #expect(server.strayed.isEmpty)
    }

    /// In a process of its own, as the memory of others would count here.
    @Test(.timeLimit(.minutes(10))) func `all of them together take no more memory than one promotion may`() async {
        await #expect(processExitsWith: .success) {
            for behaviour in HostileGitBehaviour.allCases {
                let server = try HostileGitServer(behaviour)
                _ = await Self.failure(of: server.url, behaviour)
                server.stop()
                let peak = try Self.peakMegabytes()
                precondition(peak < Self.maxMegabytes, "\(behaviour) took \(peak) MB")
            }
        }
    }

    /// Of the whole process, the server's own objects and the test program included.
    private static let maxMegabytes = 900

    private static func peakMegabytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let number = line?.split(separator: " ", omittingEmptySubsequences: true).dropFirst().first
        return try #require(number.flatMap { Int($0) }) / 1024
    }
}

import HoistwayCrypto
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// The ways to reach a repository that must all keep the contract.
enum TransportKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case http, httpWithoutVersion2, ssh, sshWithoutAcceptEnv, file, program, programOverSSH

    var testDescription: String { rawValue }
    var isNative: Bool { self != .program && self != .programOverSSH }
    var speaksVersion2: Bool { [.http, .ssh, .file].contains(self) }

    /// Runs `body` with a transport to a repository below `root`, on a real server.
    func withTransport<Result>(
        root: String,
        name: String = "app.git",
        options given: GitTransportOptions = GitTransportOptions(),
        _ body: (any GitTransport) async throws -> Result
    ) async throws -> Result {
        var options = given
        let url: String
        switch self {
        case .http, .httpWithoutVersion2, .program:
            let server = try await SharedServers.shared.http(allowsVersion2: self != .httpWithoutVersion2)
            url = server.url(for: "\(root.dropFirst())/\(name)")
        case .ssh, .sshWithoutAcceptEnv, .programOverSSH:
            let server = try await SharedServers.shared.ssh(acceptsGitProtocol: self != .sshWithoutAcceptEnv)
            options.sshKey = Secret(server.privateKey)
            options.knownHosts = server.knownHosts
            url = server.url(for: "\(root)/\(name)")
        case .file:
            url = "file://\(root)/\(name)"
        }
        if !isNative { options.kind = .program }
        let transport = try makeTransport(url: url, options: options)
        do {
            let result = try await body(transport)
            await transport.close()
            return result
        } catch {
            await transport.close()
            throw error
        }
    }
}

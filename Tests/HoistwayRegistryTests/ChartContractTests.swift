import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayRegistry

/// The promises of the port, kept by both kinds of repositories and by their stand-in.
struct ChartContractTests {
    private static let login = (username: "ci", password: "marked-secret")

    @Test(arguments: [true, false])
    func `a repository with an index keeps the port's promises`(_ givesDigests: Bool) async throws {
        let shelf = ChartShelf()
        let server = try await FakeRegistry.start { shelf.index($0, givesDigests: givesDigests) }
        defer { server.stop() }
        let url = "http://\(server.host)/stable"
        try await Self.run(
            ChartSource(repoURL: url, name: "web", isNamed: true),
            missing: ChartSource(repoURL: url, name: "wbe", isNamed: true),
            shelf,
            givesDigests: givesDigests
        )
    }

    @Test func `a registry keeps the port's promises`() async throws {
        let shelf = ChartShelf()
        let server = try await FakeRegistry.start { shelf.registry($0) }
        defer { server.stop() }
        try await Self.run(
            ChartSource(repoURL: "oci://\(server.host)/charts/web", name: "", isNamed: true),
            missing: ChartSource(repoURL: "oci://\(server.host)/charts/wbe", name: "", isNamed: true),
            shelf,
            givesDigests: true
        )
    }

    private static func run(
        _ chart: ChartSource,
        missing: ChartSource,
        _ shelf: ChartShelf,
        givesDigests: Bool
    ) async throws {
        var logins = [chart.repoURL: login]
        logins[missing.repoURL] = login
        let client = OCIRegistryClient(credentials: TestCredentials(logins: logins, kind: .helm))
        try await ChartRepositoryContract.run(
            ChartRepositoryContract.Subject(
                charts: client,
                chart: chart,
                missing: missing,
                project: "demo",
                givesDigests: givesDigests,
                publish: { shelf.publish($0) },
                revoke: { shelf.revoke() }
            )
        )
        await client.shutdown()
    }

    @Test(arguments: ["oci://reg.test/charts/web", "https://charts.test/stable"])
    func `the stand-in keeps the port's promises`(_ url: String) async throws {
        let charts = InMemoryCharts()
        let name = url.hasPrefix("oci:") ? "" : "web"
        let published = Mutex<[String]>([])
        try await ChartRepositoryContract.run(
            ChartRepositoryContract.Subject(
                charts: charts,
                chart: ChartSource(repoURL: url, name: name, isNamed: true),
                missing: ChartSource(repoURL: url + "/none", name: name, isNamed: true),
                project: "demo",
                givesDigests: true,
                publish: { version in
                    let all = published.withLock { published in
                        published.append(version)
                        return published
                    }
                    charts.publish(url, name, all)
                    return InMemoryCharts.packed("web", version)
                },
                revoke: {
                    charts.fail(ChartFailure(.refused(host: "charts", status: 401, detail: "it wants a login")))
                }
            )
        )
    }
}

/// Versions of the chart `web`, as both kinds of repositories serve them to those who have the login.
private final class ChartShelf: Sendable {
    private static let layer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
    private static let challenge = ("www-authenticate", "Basic realm=\"charts\"")

    private let state = Mutex((versions: [String](), isRevoked: false))

    func publish(_ version: String) -> [UInt8] {
        state.withLock { $0.versions.append(version) }
        return Self.packed(version)
    }

    func revoke() { state.withLock { $0.isRevoked = true } }

    private static func packed(_ version: String) -> [UInt8] { [0x1F, 0x8B] + Array("web \(version)".utf8) }

    /// `nil`: the login is missing or is not taken.
    private func versions(_ request: FakeRegistry.Request) -> [String]? {
        let login = "Basic \(Base64.encode(Array("ci:marked-secret".utf8)))"
        return state.withLock { $0.isRevoked || request.authorization != login ? nil : $0.versions }
    }

    func index(_ request: FakeRegistry.Request, givesDigests: Bool) -> FakeRegistry.Answer {
        guard let versions = versions(request) else { return FakeRegistry.Answer(status: 401) }
        if request.uri == "/stable/index.yaml" {
            var text = "apiVersion: v1\nentries:\n  web:\n"
            for version in versions {
                text += "  - version: \(version)\n    urls: [web-\(version).tgz]\n"
                if givesDigests { text += "    digest: \(SHA256.hex(Self.packed(version)))\n" }
            }
            return FakeRegistry.Answer(status: 200, body: Array(text.utf8))
        }
        let version = versions.first { request.uri == "/stable/web-\($0).tgz" }
        return version.map { FakeRegistry.Answer(status: 200, body: Self.packed($0)) }
            ?? FakeRegistry.Answer(status: 404)
    }

    func registry(_ request: FakeRegistry.Request) -> FakeRegistry.Answer {
        guard let versions = versions(request) else {
            return FakeRegistry.Answer(status: 401, headers: [Self.challenge])
        }
        let path = request.uri.prefix { $0 != "?" }
        guard path.hasPrefix("/v2/charts/web/") else { return FakeRegistry.Answer(status: 404) }
        let rest = path.dropFirst("/v2/charts/web/".count)
        if rest == "tags/list" {
            return .json("{\"tags\": [\(versions.map { "\"\(Self.tag($0))\"" }.joined(separator: ", "))]}")
        }
        if let version = versions.first(where: { rest == "manifests/\(Self.tag($0))" }) {
            let digest = "sha256:" + SHA256.hex(Self.packed(version))
            return .json(
                """
                {"schemaVersion": 2, "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", \
                "digest": "\(digest)"}, "layers": [{"mediaType": "\(Self.layer)", "digest": "\(digest)"}]}
                """,
                ("content-type", "application/vnd.oci.image.manifest.v1+json")
            )
        }
        let blob = versions.map(Self.packed).first { rest == "blobs/sha256:\(SHA256.hex($0))" }
        return blob.map { FakeRegistry.Answer(status: 200, body: $0) } ?? FakeRegistry.Answer(status: 404)
    }

    private static func tag(_ version: String) -> String { version.replacing("+", with: "_") }
}

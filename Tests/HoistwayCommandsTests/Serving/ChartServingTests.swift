import HoistwayCrypto
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayCommands

/// Charts of a repository with an `index.yaml` that wants a login, from the look or the webhook to the pushed commit.
struct ChartServingTests {
    private static let secret = "the secret of the package host"
    private static let path = "/api/packages/acme/helm"

    @Test func `a new version of a chart becomes a commit with its lock and the packed chart`() async throws {
        let repository = try ChartHost(path: Self.path)
        defer { repository.stop() }
        repository.publish(["1.0.0"], deprecated: ["2.0.0"])
        let git = try await GitRig()
        defer { git.stop() }
        let files = [
            "chart/Chart.yaml": """
            apiVersion: v2
            name: umbrella
            version: 0.1.0
            dependencies:
              - {name: web, version: 0.9.0, repository: "\(repository.url)"} # the shop

            """,
            "values.yaml": "web:\n  version: none # shown in the footer\n",
        ]
        let ops = try await git.repository("ops.git", files: files)
        let configuration = ServedConfiguration(
            receivers: [.init(name: "packages", sender: "gitea", secret: Self.secret)],
            manifests: [
                Manifest.project("shop", remotes: [git.remote("ops.git")]), Self.login(repository),
                Manifest.warehouse("charts", in: "shop", "- chart: {repoURL: \"\(repository.url)\", name: web}"),
                Manifest.warehouse("misspelt", in: "shop", "- chart: {repoURL: \"\(repository.url)\", name: wbe}"),
                Manifest.pipeline(of: ["charts"], steps: Self.steps(git.url("ops.git"), repository.url)),
            ]
        )
        let served = try ServedProgram(configuration)
        try await served.serving {
            // The look at the start.
            let first = try await served.lastPromotion(of: "test", freightOf: "web 1.0.0")
            #expect(first.phase == "Succeeded", "\(first.message)")
            let warehouses = try await served.command("get", "warehouses")
            #expect(warehouses.text.contains("1.0.0"), "\(warehouses.text)")
            #expect(
                warehouses.text.contains("lists no chart with the name 'wbe': check `name`"),
                "\(warehouses.text)"
            )
            let why = try await served.command("why", "shop/test")
            #expect(why.text.contains("version 2.0.0 is deprecated"), "\(why.text)")
            // A look that was asked for.
            repository.publish(["1.0.0", "1.1.0"])
            let refreshed = try await served.command("refresh", "shop/charts")
            #expect(refreshed.status == 0, "\(refreshed.text)\(refreshed.errors)")
            let second = try await served.lastPromotion(of: "test", freightOf: "web 1.1.0")
            #expect(second.phase == "Succeeded", "\(second.message)")
            // An event, which is proven by its signature.
            repository.publish(["1.0.0", "1.1.0", "1.2.0"])
            #expect(try await served.post(Self.event("1.2.0", at: repository.host), to: "/hook/packages") == 202)
            let third = try await served.lastPromotion(of: "test", freightOf: "web 1.2.0")
            #expect(third.phase == "Succeeded", "\(third.message)")
        }
        #expect(try await ops.git("rev-list", "--count", "main") == "4")
        let chart = try #require(files["chart/Chart.yaml"])
        #expect(try await ops.show("chart/Chart.yaml") == chart.replacing("version: 0.9.0", with: "version: 1.2.0"))
        #expect(try await ops.show("values.yaml") == "web:\n  version: 1.2.0 # shown in the footer\n")
        let lock = try await ops.show("chart/Chart.lock")
        #expect(lock.contains("  repository: \(repository.url)\n  version: 1.2.0\ndigest: sha256:"), "\(lock)")
        let names = try await ops.git("ls-tree", "-r", "--name-only", "main")
        #expect(
            names.split(separator: "\n") == [
                "chart/Chart.lock", "chart/Chart.yaml", "chart/charts/web-1.2.0.tgz", "values.yaml",
            ]
        )
        let message = try await ops.git("log", "-1", "--format=%B", "main")
        #expect(message.hasPrefix("Updated chart dependencies for ./repo/chart\n\n- web: 1.1.0 -> 1.2.0"), "\(message)")
    }

    @Test func `a repository that refuses the login is named by the promotion that waits, with what was sent`()
        async throws
    {
        let repository = try ChartHost(path: Self.path)
        defer { repository.stop() }
        repository.publish(["1.0.0"])
        let git = try await GitRig()
        defer { git.stop() }
        let chart = "name: umbrella\ndependencies:\n- {name: web, version: 1.x, repository: \"\(repository.url)\"}\n"
        _ = try await git.repository("ops.git", files: ["chart/Chart.yaml": chart])
        let step = """
            - uses: git-clone
              config: {repoURL: "\(git.url("ops.git"))", checkout: [{branch: main, path: ./repo}]}
            - uses: helm-update-chart
              config: {path: ./repo/chart}
            """
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("ops.git")]),
                    Manifest.warehouse("ops", in: "shop", "- git: {repoURL: \"\(git.url("ops.git"))\"}"),
                    Manifest.pipeline(of: ["ops"], steps: step),
                ],
                more: ["http: {privateHosts: [127.0.0.1]}"]
            )
        )
        try await served.serving {
            try await eventually("the promotion says why it waits") {
                let why = try await served.command("why", "shop/test")
                return why.text.contains("chart repository \(repository.host) answered 401")
                    && why.text.contains("without one: no Secret labelled kargo.akuity.io/cred-type: helm is for it")
                    && why.text.contains("the next try is")
            }
        }
    }

    private static func steps(_ url: String, _ charts: String) -> String {
        """
        - uses: git-clone
          config: {repoURL: "\(url)", checkout: [{branch: main, path: ./repo}]}
        - uses: helm-update-chart
          as: deps
          config:
            path: ./repo/chart
            charts:
            - {repository: "\(charts)", name: web, version: "${{ chartFrom('\(charts)', 'web').Version }}"}
        - uses: yaml-update
          config:
            path: ./repo/values.yaml
            updates: [{key: web.version, value: "${{ chartFrom('\(charts)', 'web').Version }}"}]
        - uses: git-commit
          config: {path: ./repo, message: "${{ outputs.deps.commitMessage }}"}
        - uses: git-push
          config: {path: ./repo}
        """
    }

    private static func login(_ repository: ChartHost) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: charts, namespace: shop, labels: {kargo.akuity.io/cred-type: helm}}
        stringData: {repoURL: "\(repository.url)", username: ci, password: "\(ChartHost.password)"}
        """
    }

    private static func event(_ version: String, at host: String) throws -> Payload {
        let body = Array(
            """
            {"action": "created", "package": {"type": "helm", "name": "web", "version": "\(version)",
            "owner": {"login": "acme"}, "html_url": "http://\(host)/acme/-/packages/helm/web/\(version)"}}
            """.utf8
        )
        let code = Hex.encode(try HMAC.sha256(key: Array(secret.utf8), message: body))
        return Payload(
            headers: [
                ("Content-Type", "application/json"), ("X-Gitea-Event", "package"), ("X-Gitea-Delivery", version),
                ("X-Gitea-Signature", code),
            ],
            body: body
        )
    }
}

/// A repository of one chart, `web`, that wants a login.
private final class ChartHost: Sendable {
    static let password = "correct horse"

    private let server: ScriptedServer
    private let path: String

    init(path: String) throws {
        self.path = path
        let index = Index()
        self.index = index
        let login = "Basic \(Base64.encode(Array("ci:\(Self.password)".utf8)))"
        server = try ScriptedServer.answering { request in
            guard request.header("authorization") == login else {
                return [ScriptedServer.http("401 Unauthorized", type: "text/plain", [])]
            }
            let target = request.head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            if target == "\(path)/index.yaml" {
                return [ScriptedServer.http("200 OK", type: "text/yaml", Array(index.text.utf8))]
            }
            guard target.hasPrefix("\(path)/files/web-") else {
                return [ScriptedServer.http("404 Not Found", type: "text/plain", [])]
            }
            return [ScriptedServer.http("200 OK", type: "application/gzip", Index.packed(target))]
        }
    }

    var host: String { "127.0.0.1:\(server.port)" }
    var url: String { "http://\(host)\(path)" }

    private let index: Index

    func publish(_ versions: [String], deprecated: [String] = []) {
        index.publish(versions, deprecated: deprecated)
    }

    func stop() { server.stop() }

    private final class Index: Sendable {
        private let state = Mutex("")

        var text: String { state.withLock(\.self) }

        static func packed(_ target: String) -> [UInt8] {
            [0x1F, 0x8B] + Array((target.split(separator: "/").last ?? "").utf8)
        }

        func publish(_ versions: [String], deprecated: [String]) {
            var text = "apiVersion: v1\nentries:\n  api: [{version: 9.0.0}]\n  web:\n"
            for version in versions + deprecated {
                let digest = SHA256.hex(Self.packed("web-\(version).tgz"))
                text += "  - {version: \(version), urls: [files/web-\(version).tgz], digest: \(digest)"
                text += deprecated.contains(version) ? ", deprecated: true}\n" : "}\n"
            }
            let fresh = text
            state.withLock { $0 = fresh }
        }
    }
}

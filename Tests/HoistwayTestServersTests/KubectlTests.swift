import Foundation
import HoistwayTestServers
import Testing

/// The real `kubectl` against the server that the other tests use: what it believes is an API server is one.
@Suite(.enabled(if: Kubectl.path != nil, "kubectl is not here, nor named by HOISTWAY_TEST_KUBECTL"))
struct KubectlTests {
    @Test func `kubectl gets, lists and selects what the cluster holds`() async throws {
        let rig = try await Kubectl()
        defer { rig.stop() }
        rig.server.put(Self.application("api", labels: ["tier": "front"]), of: .applications)
        rig.server.put(Self.application("web", labels: ["tier": "back"]), of: .applications)

        let version = try ClusterValue(json: try await rig.run("version", "-o", "json").output)
        #expect(version["serverVersion", "gitVersion"] == "v1.32.0")
        #expect(
            try await rig.run("get", "app", "-o", "name").text
                == "application.argoproj.io/api\napplication.argoproj.io/web\n"
        )
        #expect(
            try await rig.run("get", "applications", "-l", "tier in (front),!gone", "-o", "name").text.contains("/api")
        )
        #expect(
            try await rig.run("get", "apps", "-l", "tier!=front", "-o", "name").text == "application.argoproj.io/web\n"
        )
        #expect(
            try await rig.run("get", "app", "--field-selector", "metadata.name=web", "-o", "name").text.contains("/web")
        )
        let table = try await rig.run("get", "app").text
        #expect(table.contains("NAME") && table.contains("api"))
        let one = try ClusterValue(json: try await rig.run("get", "app", "api", "-o", "json").output)
        #expect(one["spec", "source", "targetRevision"] == "main")
        #expect(one["metadata", "uid"] != nil)
        #expect(
            try await rig.run("get", "app", "-A", "--chunk-size=1", "-o", "name").text.split(separator: "\n").count == 2
        )
        #expect(rig.server.log("list", .applications).contains { $0.request.query["continue"] != nil })
        #expect(try await rig.fail("get", "app", "nothing").contains(#"applications.argoproj.io "nothing" not found"#))
        #expect(
            try await rig.run("api-resources", "-o", "name").text.contains(
                "imageupdaters.argocd-image-updater.argoproj.io"
            )
        )
    }

    @Test func `kubectl patches, annotates, replaces and deletes`() async throws {
        let rig = try await Kubectl()
        defer { rig.stop() }
        rig.server.put(Self.application("api"), of: .applications)
        func application() -> ClusterValue? { rig.server.object(.applications, "api") }

        _ = try await rig.run(
            "patch",
            "app",
            "api",
            "--type",
            "merge",
            "-p",
            #"{"operation": {"sync": {"prune": true}}}"#
        )
        #expect(application()?["operation", "sync", "prune"] == true)
        #expect(application()?["metadata", "generation"] == 2)
        _ = try await rig.run(
            "patch",
            "app",
            "api",
            "--type",
            "json",
            "-p",
            #"[{"op": "remove", "path": "/operation"}]"#
        )
        #expect(application()?["operation"] == nil)
        let failed = try await rig.fail(
            "patch",
            "app",
            "api",
            "--type",
            "json",
            "-p",
            #"[{"op": "test", "path": "/spec/project", "value": "other"}, {"op": "remove", "path": "/spec"}]"#
        )
        #expect(failed.contains("the server rejected our request"))
        #expect(application()?["spec", "project"] == "default")
        #expect(try await rig.fail("patch", "app", "api", "-p", "{}").contains("strategic"))

        _ = try await rig.run("annotate", "app", "api", "argocd.argoproj.io/refresh=normal")
        #expect(application()?["metadata", "annotations", "argocd.argoproj.io/refresh"] == "normal")
        _ = try await rig.run("annotate", "app", "api", "argocd.argoproj.io/refresh-")
        #expect(application()?["metadata", "annotations", "argocd.argoproj.io/refresh"] == nil)

        let old = try await rig.run("get", "app", "api", "-o", "json").output
        rig.server.edit(.applications, "api") { $0["spec", "project"] = "shop" }
        #expect(
            try await rig.fail(input: old, "replace", "--validate=false", "-f", "-").contains(
                "the object has been modified"
            )
        )

        let made = Self.application("web").bytes
        _ = try await rig.run(input: made, "create", "--validate=false", "-f", "-")
        #expect(rig.server.object(.applications, "web")?["metadata", "generation"] == 1)
        #expect(try await rig.fail(input: made, "create", "--validate=false", "-f", "-").contains("already exists"))
        _ = try await rig.run("delete", "app", "web")
        #expect(rig.server.object(.applications, "web") == nil)
    }

    @Test func `kubectl watches`() async throws {
        let rig = try await Kubectl()
        defer { rig.stop() }
        rig.server.put(Self.application("api"), of: .applications)
        let watch = try rig.start("get", "app", "-w", "-o", "jsonpath={.metadata.name}={.spec.project}{'\\n'}")
        defer { watch.process.stop() }
        try await eventually("the first line") { watch.text.contains("api=default") }
        try await eventually("the watch") { !rig.server.watches.isEmpty }
        rig.server.edit(.applications, "api") { $0["spec", "project"] = "shop" }
        try await eventually("the change") { watch.text.contains("api=shop") }
        rig.server.put(Self.application("web"), of: .applications)
        try await eventually("the new one") { watch.text.contains("web=default") }
    }

    @Test(arguments: [KubernetesServer.Login.token, .certificate], [false, true])
    func `kubectl logs in over TLS`(_ login: KubernetesServer.Login, holdsData: Bool) async throws {
        var options = KubernetesServer.Options()
        options.usesTLS = true
        options.wantsLogin = true
        let rig = try await Kubectl(options: options, login: login, holdsData: holdsData)
        defer { rig.stop() }
        rig.server.put(Self.application("api"), of: .applications)
        #expect(try await rig.run("get", "app", "-o", "name").text == "application.argoproj.io/api\n")
        rig.server.setAccess { access in
            access.allowed = [KubernetesAccess.Rule(groups: ["argoproj.io"], verbs: ["get", "list", "watch"])]
        }
        #expect(try await rig.run("auth", "can-i", "list", "applications.argoproj.io").text == "yes\n")
        #expect(try await rig.output("auth", "can-i", "patch", "applications.argoproj.io") == "no\n")
        let refused = try await rig.fail("patch", "app", "api", "--type", "merge", "-p", "{}")
        #expect(
            refused.contains(
                #"User "\#(KubernetesServer.user)" cannot patch resource "applications" in API group "argoproj.io" in the namespace "argocd""#
            )
        )
        guard login == .token else { return }
        rig.server.revoke()
        #expect(try await rig.fail("get", "app").contains("Unauthorized"))
    }

    @Test func `kubectl refuses a server whose certificate has expired`() async throws {
        var options = KubernetesServer.Options()
        options.usesTLS = true
        options.hasExpiredCertificate = true
        let rig = try await Kubectl(options: options)
        defer { rig.stop() }
        #expect(try await rig.fail("get", "app").contains("certificate has expired"))
    }

    private static func application(_ name: String, labels: [String: String] = [:]) -> ClusterValue {
        [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": .string(name), "labels": .map(labels.mapValues { .string($0) })],
            "spec": [
                "project": "default", "source": ["repoURL": "https://git.example/shop", "targetRevision": "main"],
            ],
        ]
    }
}

/// A server and the program that asks it.
struct Kubectl {
    static let path =
        ProcessInfo.processInfo.environment["HOISTWAY_TEST_KUBECTL"]
        ?? (try? TestProgram.find("kubectl", package: "kubernetes-client"))

    let server: KubernetesServer
    private let program: String
    private let home: TemporaryFolder
    private let config: String

    init(
        options: KubernetesServer.Options = KubernetesServer.Options(),
        login: KubernetesServer.Login = .token,
        holdsData: Bool = false
    ) async throws {
        program = try Self.path ?? TestProgram.find("kubectl", package: "kubernetes-client")
        home = try TemporaryFolder("hoistway-kubectl")
        server = try await KubernetesServer.start(options: options)
        config = try server.writeKubeconfig(login, holdsData: holdsData)
    }

    func stop() {
        server.stop()
        home.remove()
    }

    private var environment: [String: String] { ["HOME": home.path, "KUBECONFIG": config] }

    @discardableResult
    func run(input: [UInt8] = [], _ arguments: String...) async throws -> TestProgram.Result {
        try await TestProgram.check(program, arguments, input: input, environment: environment)
    }

    /// What it writes, whatever its status.
    func output(_ arguments: String...) async throws -> String {
        try await TestProgram.run(program, arguments, environment: environment).text
    }

    /// What it says where it fails.
    func fail(input: [UInt8] = [], _ arguments: String...) async throws -> String {
        let result = try await TestProgram.run(program, arguments, input: input, environment: environment)
        guard result.status != 0 else {
            throw TestServerError.failed("kubectl \(arguments[0])", detail: "it should have failed: \(result.text)")
        }
        return result.errors
    }

    struct Running {
        let process: ServerProcess
        let log: String

        var text: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
    }

    func start(_ arguments: String...) throws -> Running {
        let log = "\(home.path)/output"
        let process = try ServerProcess(
            program,
            arguments,
            environment: TestProgram.environment(home: home.path).merging(environment) { $1 },
            log: log
        )
        return Running(process: process, log: log)
    }
}

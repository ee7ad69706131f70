import Foundation
import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwayKubernetes
@testable import HoistwayTestServers

/// Certificates, tokens and faults of a server that speaks TLS.
struct LiveServerTests {
    private let maps = KubernetesResource(group: "", version: "v1", plural: "configmaps")
    private let selection = ObjectSelection(namespace: "argocd")

    private func server(
        _ change: (inout KubernetesServer.Options) -> Void = { _ in }
    ) async throws -> KubernetesServer {
        var options = KubernetesServer.Options()
        options.usesTLS = true
        options.wantsLogin = true
        change(&options)
        let server = try await KubernetesServer.start(options: options)
        put(server, "a", "blue")
        return server
    }

    private func put(_ server: KubernetesServer, _ name: String, _ color: String) {
        server.put(
            ["metadata": ["name": .string(name), "namespace": "argocd"], "data": ["color": .string(color)]],
            of: .configMaps
        )
    }

    private func client(
        _ access: ClusterAccess,
        _ change: (inout KubernetesOptions) -> Void = { _ in }
    ) -> KubernetesClient {
        var options = KubernetesOptions()
        change(&options)
        return KubernetesClient(cluster: "main", access: access, options: options)
    }

    /// `nil` where the server answered.
    private func failure(_ access: ClusterAccess) async throws -> KubernetesFailure? {
        let client = client(access)
        var failure: KubernetesFailure?
        do throws(KubernetesFailure) {
            let key = ObjectKey(namespace: "argocd", name: "a")
            let object = try await client.get(maps, key, as: ContractMap.self)
            #expect(object.value.data == ["color": "blue"])
        } catch {
            failure = error
        }
        await client.shutdown()
        return failure
    }

    @Test(arguments: [KubernetesServer.Login.token, .certificate], [true, false])
    func `a kubeconfig logs in with its token or its certificate, in files or in itself`(
        _ login: KubernetesServer.Login,
        _ holdsData: Bool
    ) async throws {
        let server = try await server()
        defer { server.stop() }
        let file = try server.writeKubeconfig(login, holdsData: holdsData)
        #expect(try await failure(try ClusterAccess.kubeconfig(file)) == nil)
    }

    @Test func `without a login the server says 401`() async throws {
        let server = try await server()
        defer { server.stop() }
        var access = try ClusterAccess.kubeconfig(try server.writeKubeconfig())
        access.login = .none
        #expect(try await failure(access)?.reason == .unauthorized)
        access.login = .token(Secret("another-token-than-that"))
        let refused = try await failure(access)
        #expect(refused?.reason == .unauthorized)
        #expect(refused?.description.contains("another-token") == false)
    }

    @Test func `a server with a certificate of somebody else is not spoken to`() async throws {
        let server = try await server()
        let other = try await self.server()
        defer {
            server.stop()
            other.stop()
        }
        var access = try ClusterAccess.kubeconfig(try server.writeKubeconfig())
        access.trust = try ClusterAccess.kubeconfig(try other.writeKubeconfig()).trust
        let untrusted = try await failure(access)
        #expect(untrusted?.reason == .untrusted)
        #expect(untrusted?.hint?.contains("certificate-authority") == true)
        #expect(server.log.isEmpty)
        access.trust = .system
        #expect(try await failure(access)?.reason == .untrusted)
        access.trust = .anybody
        #expect(try await failure(access) == nil)
    }

    @Test func `a server behind another name is reached at its address, and asked for by the name`() async throws {
        let server = try await server()
        defer { server.stop() }
        var access = try ClusterAccess.kubeconfig(try server.writeKubeconfig())
        access.serverName = "localhost"
        #expect(try await failure(access) == nil)
        // The name goes into the handshake only.
        #expect(server.log.first?.request.headers["host"] == "127.0.0.1:\(server.port)")
    }

    @Test func `a server's certificate that has ended is not taken`() async throws {
        let server = try await server { $0.hasExpiredCertificate = true }
        defer { server.stop() }
        let access = try ClusterAccess.kubeconfig(try server.writeKubeconfig())
        #expect(try await failure(access)?.reason == .untrusted)
    }

    @Test func `a client certificate that has ended is told before anything is sent`() async throws {
        let server = try await server()
        let folder = try TemporaryFolder("hoistway-certificates")
        defer {
            server.stop()
            folder.remove()
        }
        let made = try await KubernetesCertificates.make(in: folder.path)
        try await made.issue("client", user: "robot", hasExpired: true)
        var access = try ClusterAccess.kubeconfig(try server.writeKubeconfig(.certificate))
        access.certificate = .init(chain: .file(made.certificate("client")), key: .file(made.key("client")))
        let ended = try await failure(access)
        #expect(
            ended?.message.hasPrefix("there is no login for the cluster main: the client certificate ended at 20")
                == true
        )
        #expect(server.log.isEmpty)
        // A key that is not the certificate's, and what is no certificate.
        access.certificate?.chain = .file(made.authority)
        #expect(try await failure(access) != nil)
        access.certificate?.chain = .data(Secret("nonsense"))
        guard case .login? = try await failure(access)?.reason else {
            Issue.record("a certificate that is none was taken")
            return
        }
    }

    // MARK: Renewal

    @Test func `a pod's token is renewed, and so is its authority`() async throws {
        let server = try await server()
        let folder = try TemporaryFolder("hoistway-account")
        defer {
            server.stop()
            folder.remove()
        }
        let mounted = try server.writeServiceAccount()
        let environment = ["KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(server.port)"]
        let access = try ClusterAccess.inCluster(environment: environment, folder: mounted)
        let client = client(access) { $0.refreshInterval = .zero }
        let key = ObjectKey(namespace: "argocd", name: "a")
        _ = try await client.get(maps, key, as: ContractMap.self)

        server.setAccess { $0.tokens = ["the-next-token-of-the-pod": KubernetesServer.user] }
        _ = try server.writeServiceAccount(token: "the-next-token-of-the-pod")
        _ = try await client.get(maps, key, as: ContractMap.self)

        // The file has another authority: the server's certificate is not that one's.
        let other = try await KubernetesCertificates.make(in: folder.path)
        let authority = try Data(contentsOf: URL(fileURLWithPath: other.authority))
        try authority.write(to: URL(fileURLWithPath: "\(mounted)/ca.crt"))
        let untrusted = await #expect(throws: KubernetesFailure.self) {
            try await client.get(maps, key, as: ContractMap.self)
        }
        #expect(untrusted?.reason == .untrusted)
        await client.shutdown()
    }

    @Test func `a token that is revoked in flight ends nothing that runs, and the next one heals all`() async throws {
        let server = try await server()
        let folder = try TemporaryFolder("hoistway-token")
        defer {
            server.stop()
            folder.remove()
        }
        try folder.write(KubernetesServer.token, to: "token")
        var access = try ClusterAccess.kubeconfig(try server.writeKubeconfig())
        access.login = .tokenFile("\(folder.path)/token")
        let client = client(access)
        try await Mirror(client, selection).follow { mirror in
            try await eventually("the watch") { server.watches.count == 1 && mirror.reflector.state.isCurrent }
            server.revoke()
            put(server, "b", "red")
            try await eventually("the event") { mirror.colors == ["a": "blue", "b": "red"] }
            server.endWatches()
            try await eventually("the refusal") { mirror.words.last == "unauthorized" }
            #expect(!mirror.reflector.state.isCurrent)
            #expect(mirror.reflector.state.failure?.reason == .unauthorized)
            put(server, "c", "green")
            try folder.write("the-next-token-of-all", to: "token")
            server.setAccess { $0.tokens = ["the-next-token-of-all": KubernetesServer.user] }
            try await eventually("the renewal") { mirror.colors["c"] == "green" && mirror.reflector.state.isCurrent }
        }
        await client.shutdown()
    }

    // MARK: Faults

    /// Follows the server's objects; `strike` does something to it, after which a change must come.
    private func survives(
        _ change: (inout KubernetesOptions) -> Void = { _ in },
        _ strike: (KubernetesServer, Mirror) async throws -> Void
    ) async throws -> (words: [String], lists: Int) {
        let server = try await server { $0.usesTLS = false }
        defer { server.stop() }
        let client = client(try ClusterAccess.kubeconfig(try server.writeKubeconfig()), change)
        let mirror = Mirror(client, selection)
        try await mirror.follow { mirror in
            try await eventually("the watch") { server.watches.count == 1 && mirror.colors == ["a": "blue"] }
            try await strike(server, mirror)
            put(server, "a", "red")
            try await eventually("the change") { mirror.colors["a"] == "red" && mirror.reflector.state.isCurrent }
        }
        let lists = mirror.reflector.state.lists
        await client.shutdown()
        return (mirror.words, lists)
    }

    @Test func `a watch goes on where it was, however it ended`() async throws {
        let ended = try await survives { server, _ in server.endWatches() }
        #expect(ended == (["synced"], 1))
        let broken = try await survives { server, _ in server.breakWatches() }
        #expect(broken.lists == 1)
        #expect(broken.words.first == "synced" && broken.words.last == "synced")
        let garbage = try await survives { server, _ in server.sendOnWatches(Array("<html>\n".utf8)) }
        #expect(garbage.words.prefix(2) == ["synced", "garbage"])
    }

    @Test func `a silent watch is given up`() async throws {
        let silent = try await survives {
            $0.watchTimeout = .milliseconds(500)
            $0.watchMargin = .milliseconds(500)
        } _: { server, mirror in
            server.silenceWatches()
            try await eventually("the end of patience") { mirror.words.contains("timedOut") }
        }
        // Of what a server did that was silent for so long, only a list tells for sure.
        #expect(silent.lists == 2)
    }

    @Test func `forgotten versions lead to a new list, which shows what was deleted`() async throws {
        let server = try await server { $0.usesTLS = false }
        defer { server.stop() }
        let client = client(try ClusterAccess.kubeconfig(try server.writeKubeconfig())) { $0.pageSize = 2 }
        for name in ["b", "c", "d", "e"] { put(server, name, "blue") }
        let mirror = Mirror(client, selection)
        try await mirror.follow { mirror in
            try await eventually("the watch") { server.watches.count == 1 && mirror.colors.count == 5 }
            try await server.goDown()
            server.remove(.configMaps, "b")
            server.remove(.configMaps, "e")
            put(server, "f", "green")
            server.forgetHistory()
            try await eventually("the disconnection") { !mirror.reflector.state.isCurrent }
            try await server.listen()
            try await eventually("the list") {
                Set(mirror.colors.keys) == ["a", "c", "d", "f"] && mirror.reflector.state.isCurrent
            }
        }
        #expect(mirror.reflector.state.lists == 2)
        #expect(mirror.reflector.state.count == 4)
        await client.shutdown()
    }

    @Test func `what is forbidden is told with its verb, while the rest goes on`() async throws {
        let server = try await server { $0.usesTLS = false }
        defer { server.stop() }
        server.setAccess { $0.denied = [.init(resources: ["configmaps"], verbs: ["patch"])] }
        let client = client(try ClusterAccess.kubeconfig(try server.writeKubeconfig()))
        let key = ObjectKey(namespace: "argocd", name: "a")
        let failure = await #expect(throws: KubernetesFailure.self) {
            try await client.patch(maps, key, .merge(.map(["data": .map([:])])), as: ContractMap.self)
        }
        #expect(failure?.reason == .forbidden)
        #expect(failure?.hint?.contains("resources [configmaps], verbs [patch] in the namespace argocd") == true)
        await client.shutdown()
    }

    @Test func `a write whose answer is lost is not sent again`() async throws {
        let server = try await server { $0.usesTLS = false }
        defer { server.stop() }
        server.inject(KubernetesFault(.closeAfterwards, verbs: ["patch"], of: .configMaps, times: 1))
        let client = client(try ClusterAccess.kubeconfig(try server.writeKubeconfig()))
        let key = ObjectKey(namespace: "argocd", name: "a")
        let failure = await #expect(throws: KubernetesFailure.self) {
            try await client.patch(
                maps,
                key,
                .merge(.map(["data": .map(["color": .string("red")])])),
                as: ContractMap.self
            )
        }
        #expect(failure?.reason == .unreachable)
        #expect(server.log("patch", .configMaps).count == 1)
        #expect(server.object(.configMaps, "a")?["data", "color"]?.string == "red")
        await client.shutdown()
    }
}

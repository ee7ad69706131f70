import Foundation
import HoistwayModel
import HoistwayTestServers
import Testing

@testable import HoistwayKubernetes

/// A cluster that the contract suite runs on.
enum ContractCluster: Sendable, CustomTestStringConvertible {
    /// The test server, with a token over TLS or with a client certificate.
    case server(KubernetesServer.Login)
    /// The cluster of a kubeconfig's current context; its login must be allowed to make namespaces.
    case real(String)

    static var all: [ContractCluster] {
        let servers = [ContractCluster.server(.none), .server(.token), .server(.certificate)]
        let file = ProcessInfo.processInfo.environment["HOISTWAY_TEST_KUBECONFIG"]
        return servers + [file].compactMap(\.self).map { .real($0) }
    }

    var testDescription: String {
        switch self {
        case .server(let login): "the test server, login: \(login)"
        case .real: "a real cluster"
        }
    }

    /// Runs a test in a namespace of its own.
    func run(pageSize: Int = 250, _ body: (Live) async throws -> Void) async throws {
        var options = KubernetesOptions()
        options.pageSize = pageSize
        let live: Live
        switch self {
        case .server(let login):
            var settings = KubernetesServer.Options()
            settings.usesTLS = login != .none
            settings.wantsLogin = login != .none
            let server = try await KubernetesServer.start(options: settings)
            server.makeNamespace("contract")
            live = try Live(try server.writeKubeconfig(login), "contract", server, options)
        case .real(let file):
            live = try Live(file, "hoistway-\(UInt32.random(in: 0 ... .max))", nil, options)
            try await live.kubectl(["create", "namespace", live.namespace])
        }
        do {
            try await body(live)
        } catch {
            await live.end()
            throw error
        }
        await live.end()
    }

    struct Live: Sendable {
        static let maps = KubernetesResource(group: "", version: "v1", plural: "configmaps")

        let client: KubernetesClient
        let namespace: String
        let server: KubernetesServer?
        private let kubeconfig: String

        fileprivate init(
            _ kubeconfig: String,
            _ namespace: String,
            _ server: KubernetesServer?,
            _ options: KubernetesOptions
        ) throws {
            self.kubeconfig = kubeconfig
            self.namespace = namespace
            self.server = server
            let access = try ClusterAccess.kubeconfig(kubeconfig)
            client = KubernetesClient(cluster: "main", access: access, options: options)
        }

        func key(_ name: String) -> ObjectKey { ObjectKey(namespace: namespace, name: name) }

        var mine: ObjectSelection { ObjectSelection(namespace: namespace, labels: [.equals("suite", "contract")]) }

        @discardableResult
        func create(
            _ name: String,
            _ data: [String: String] = [:],
            labels: [String: String] = ["suite": "contract"]
        ) async throws -> KubernetesObject<ContractMap> {
            let object = ConfigValue.map([
                "apiVersion": .string("v1"), "kind": .string("ConfigMap"),
                "metadata": .map(["name": .string(name), "labels": .map(labels.mapValues { .string($0) })]),
                "data": .map(data.mapValues { .string($0) }),
            ])
            return try await client.create(Self.maps, in: namespace, object, as: ContractMap.self)
        }

        @discardableResult
        func put(_ name: String, _ field: String, _ value: String?) async throws -> KubernetesObject<ContractMap> {
            let change = ConfigValue.map(["data": .map([field: value.map { .string($0) } ?? .null])])
            return try await client.patch(Self.maps, key(name), .merge(change), as: ContractMap.self)
        }

        func delete(_ name: String) async throws {
            guard let server else { return try await kubectl(["delete", "configmap", name, "-n", namespace]) }
            #expect(server.remove(.configMaps, name, in: namespace))
        }

        fileprivate func kubectl(_ arguments: [String]) async throws {
            _ = try TestProgram.find("kubectl", package: "kubernetes-client")
            try await TestProgram.check("kubectl", ["--kubeconfig", kubeconfig] + arguments)
        }

        fileprivate func end() async {
            await client.shutdown()
            server?.stop()
            // Left behind where the cluster is gone.
            if server == nil { try? await kubectl(["delete", "namespace", namespace, "--wait=false"]) }
        }
    }
}

struct ContractMap: Decodable, Sendable, Equatable {
    var data: [String: String]?
}

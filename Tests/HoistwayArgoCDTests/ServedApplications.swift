import Foundation
import HoistwayArgoCD
import HoistwayKubernetes
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging

struct PlainClock: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension KubernetesServer {
    func connection(
        _ name: String = "main",
        namespaces: [String] = ["argocd"],
        login: KubernetesServer.Login = .none,
        version: Int = 1
    ) throws -> ClusterConnection {
        let file = try writeKubeconfig(login)
        return ClusterConnection(name: name, fingerprint: "\(port) \(version)", namespaces: namespaces) {
            var options = KubernetesOptions()
            options.requestTimeout = .seconds(60)
            return KubernetesClient(cluster: name, access: try ClusterAccess.kubeconfig(file), options: options)
        }
    }

    func put(_ application: Application) { put(ClusterValue(application), of: .applications) }
}

extension ClusterValue {
    /// As the API has it: the fields that are used, and some that are not.
    init(_ application: Application) {
        var value: ClusterValue = [
            "metadata": [
                "name": .string(application.key.name), "namespace": .string(application.key.namespace),
                "labels": .map(application.labels.mapValues { .string($0) }),
                "annotations": .map(application.annotations.mapValues { .string($0) }),
                "finalizers": ["resources-finalizer.argocd.argoproj.io"],
            ]
        ]
        let sources = application.sources.map(Self.source)
        value["spec", "project"] = .string(application.project)
        value["spec", "destination"] = ["server": "https://kubernetes.default.svc", "namespace": "shop"]
        if application.destination == Application.Destination() { value["spec", "destination"] = ["namespace": ""] }
        if application.isMultiSource {
            value["spec", "sources"] = .list(sources)
        } else if let source = sources.first {
            value["spec", "source"] = source
        }
        let status = application.status
        if !status.sync.isEmpty {
            value["status", "sync", "status"] = .string(status.sync)
            value["status", "sync", "revisions"] = .list(status.revisions.map { .string($0) })
            value["status", "health", "status"] = .string(status.health)
        }
        if let at = status.reconciledAt { value["status", "reconciledAt"] = .string(at.rfc3339) }
        if let operation = status.operation {
            var state: ClusterValue = ["phase": .string(operation.phase), "message": .string(operation.message)]
            if let at = operation.startedAt { state["startedAt"] = .string(at.rfc3339) }
            if let at = operation.finishedAt { state["finishedAt"] = .string(at.rfc3339) }
            state["operation", "initiatedBy", "username"] = .string(operation.operation.initiator)
            state["operation", "info"] = .list(
                operation.operation.info.map { ["name": .string($0.key), "value": .string($0.value)] }
            )
            if let synced = operation.syncedRevisions {
                state["syncResult", "revisions"] = .list(synced.map { .string($0) })
            }
            value["status", "operationState"] = state
        }
        self = value
    }

    private static func source(_ source: ApplicationSource) -> ClusterValue {
        var value: ClusterValue = ["repoURL": .string(source.repoURL)]
        if !source.path.isEmpty { value["path"] = .string(source.path) }
        if !source.targetRevision.isEmpty { value["targetRevision"] = .string(source.targetRevision) }
        if !source.chart.isEmpty { value["chart"] = .string(source.chart) }
        if let images = source.kustomizeImages { value["kustomize", "images"] = .list(images.map { .string($0) }) }
        return value
    }
}

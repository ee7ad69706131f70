import HoistwayKubernetes
package import HoistwayModel
package import HoistwayPorts

extension KubernetesArgoCD: ImageUpdaterObjects {
    package func imageUpdaterObjects(in namespace: String) async throws(ArgoCDFailure) -> [ConfigValue] {
        try await objects(.imageUpdaters, kind: "ImageUpdater", in: namespace)
            + objects(.deployments, kind: "Deployment", in: namespace)
    }

    /// Smaller limits: a caller may wait for the answer, and all of it is in memory.
    private static var bounds: ListBounds {
        var bounds = ListBounds()
        bounds.pages = 100
        bounds.objects = 5000
        bounds.bytes = 64 << 20
        bounds.time = .seconds(10)
        return bounds
    }

    private func objects(
        _ resource: KubernetesResource,
        kind: String,
        in namespace: String
    ) async throws(ArgoCDFailure) -> [ConfigValue] {
        // A list that starts again gives the same objects a second time.
        var found: [ClusterObjectKey: ConfigValue] = [:]
        var unreadable: (ObjectMetadata, reason: String)?
        do throws(KubernetesFailure) {
            _ = try await client.list(
                resource,
                ObjectSelection(namespace: namespace),
                as: ImageUpdaterDocument.self,
                within: Self.bounds
            ) { object in
                switch object {
                case .object(let object):
                    found[object.metadata.key] = object.value.value(kind: kind, object.metadata.key)
                case .unreadable(let metadata, let reason): unreadable = (metadata, reason)
                }
            }
            metrics.asked(.list)
        } catch {
            guard error.reason != .notFound else {
                // The cluster does not know the resource.
                metrics.asked(.list)
                return []
            }
            throw failed(.list, error)
        }
        // This object could be the one that selects an Application.
        if let (metadata, reason) = unreadable {
            throw .garbage(
                cluster: client.cluster,
                detail: "the \(kind) \(ShownText.bare(metadata.key.description)) cannot be read: \(reason)"
            )
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// The part of an Image Updater object that the take-over reads.
private struct ImageUpdaterDocument: Decodable, Sendable {
    var spec: PlainJSON?

    func value(kind: String, _ key: ClusterObjectKey) -> ConfigValue {
        var metadata: [String: ConfigValue] = ["name": .string(key.name)]
        if let namespace = key.namespace { metadata["namespace"] = .string(namespace) }
        return .map(["kind": .string(kind), "metadata": .map(metadata), "spec": spec?.value ?? .null])
    }
}

import AsyncHTTPClient
package import HoistwayModel
import NIOCore
import NIOHTTP1

/// A client of one cluster's API server.
///
/// Safe to use from any task. Only the fields that the caller's type decodes are kept. Reads can be repeated at any
/// time; a write whose answer was lost may be done or not: read before you write again.
package final class KubernetesClient: Sendable {
    /// Its name in the configuration.
    package let cluster: String
    let transport: ClusterTransport

    package init(cluster: String, access: ClusterAccess, options: KubernetesOptions = KubernetesOptions()) {
        self.cluster = cluster
        transport = ClusterTransport(cluster: cluster, access: access, options: options)
    }

    /// Ends all connections; the client cannot be used afterwards.
    package func shutdown() async {
        await transport.shutdown()
    }

    var options: KubernetesOptions { transport.options }

    // MARK: One object

    package func get<Value>(
        _ resource: KubernetesResource,
        _ key: ObjectKey,
        as type: Value.Type
    ) async throws(KubernetesFailure) -> KubernetesObject<Value> {
        let request = KubernetesRequest(.get, resource, in: key.namespace, name: key.name)
        let message = ClusterTransport.Message(path: try path(of: request))
        return try await object(message, request)
    }

    /// - Returns: the object after the patch.
    package func patch<Value>(
        _ resource: KubernetesResource,
        _ key: ObjectKey,
        _ patch: KubernetesPatch,
        as type: Value.Type
    ) async throws(KubernetesFailure) -> KubernetesObject<Value> {
        let request = KubernetesRequest(.patch, resource, in: key.namespace, name: key.name)
        var message = ClusterTransport.Message(method: .PATCH, path: try path(of: request))
        message.query = [("fieldManager", "hoistway")]
        message.contentType = patch.contentType
        message.body = JSONText.bytes(of: patch)
        return try await object(message, request)
    }

    /// - Parameter object: with `apiVersion`, `kind` and `metadata.name`.
    /// - Returns: the object as the server has stored it.
    package func create<Value>(
        _ resource: KubernetesResource,
        in namespace: String?,
        _ object: ConfigValue,
        as type: Value.Type
    ) async throws(KubernetesFailure) -> KubernetesObject<Value> {
        let name = object["metadata"]?["name"]?.string
        let request = KubernetesRequest(.create, resource, in: namespace, name: name)
        var message = ClusterTransport.Message(method: .POST, path: try path(of: request))
        message.query = [("fieldManager", "hoistway")]
        message.contentType = "application/json"
        message.body = JSONText.bytes(of: object)
        return try await self.object(message, request)
    }

    private func object<Value>(
        _ message: ClusterTransport.Message,
        _ request: KubernetesRequest
    ) async throws(KubernetesFailure) -> KubernetesObject<Value> {
        let response = try await transport.send(message, for: request)
        let bytes: [UInt8]
        do {
            var pieces = AnswerPieces(response.body, limit: options.requestTimeout)
            bytes = try await pieces.collect(upTo: options.maxObjectBytes)
        } catch is NIOTooManyBytesError {
            throw transport.garbage("the object has more than \(options.maxObjectBytes) bytes", for: request)
        } catch {
            throw transport.failure(error, for: request)
        }
        do throws(ObjectReader.Failure) {
            return try ObjectReader.decode(KubernetesObject<Value>.self, bytes)
        } catch {
            throw transport.garbage(error.reason, for: request)
        }
    }

    /// Refuses a namespace or a name that would lead to another path, before anything is sent.
    func path(of request: KubernetesRequest) throws(KubernetesFailure) -> String {
        for segment in [request.namespace, request.name].compactMap(\.self) where !ObjectKey.isSegment(segment) {
            throw KubernetesFailure(
                .invalid,
                cluster: cluster,
                request: request,
                detail: "\(ShownText.quoted(segment)) is no name of an object or a namespace"
            )
        }
        let path = request.resource.path(in: request.namespace)
        guard let name = request.name, request.verb != .create else { return path }
        return "\(path)/\(name)"
    }
}

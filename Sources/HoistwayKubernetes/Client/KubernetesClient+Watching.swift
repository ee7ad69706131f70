import AsyncHTTPClient
import HoistwayModel
import NIOCore
import NIOHTTP1

/// An event of a watch.
package enum WatchEvent<Value: Decodable & Sendable>: Sendable {
    /// The watch has started; all changes from now on follow.
    case opened
    case added(ReadObject<Value>)
    case modified(ReadObject<Value>)
    /// It is deleted, or no longer matches the selection.
    case deleted(ObjectMetadata)
    /// Nothing happened; a new watch may begin here.
    case bookmark(resourceVersion: String)
}

extension WatchEvent: Equatable where Value: Equatable {}

extension KubernetesClient {
    /// Passes on the changes after a version, until the server ends the watch regularly.
    ///
    /// The next event is not read before `each` has returned: a slow reader slows down the server, which ends the watch
    /// when too much has gathered.
    package func watch<Value>(
        _ resource: KubernetesResource,
        _ selection: ObjectSelection,
        from resourceVersion: String,
        as type: Value.Type,
        each: (WatchEvent<Value>) async -> Void
    ) async throws(KubernetesFailure) {
        let request = KubernetesRequest(.watch, resource, in: selection.namespace)
        var message = ClusterTransport.Message(path: try path(of: request))
        try check(selection, request)
        message.isWatch = true
        message.query =
            selection.query + [
                ("watch", "true"), ("resourceVersion", resourceVersion), ("allowWatchBookmarks", "true"),
                ("timeoutSeconds", String(max(1, options.watchTimeout.components.seconds))),
            ]
        let response = try await transport.send(message, for: request)
        await each(.opened)
        // The envelope of an event is small.
        var splitter = LineSplitter(limit: options.maxObjectBytes + 4096)
        var pieces = AnswerPieces(response.body, limit: options.watchTimeout + options.watchMargin)
        do {
            while let piece = try await pieces.next() {
                for line in try piece.withUnsafeReadableBytes({ try splitter.feed($0) }) {
                    await each(try event(line, request))
                }
            }
        } catch is LineSplitter.TooLong {
            throw transport.garbage("an event has more than \(options.maxObjectBytes) bytes", for: request)
        } catch let failure as ObjectReader.Failure {
            throw transport.garbage("an event: \(failure.reason)", for: request)
        } catch {
            throw transport.failure(error, for: request)
        }
    }

    private func event<Value>(_ line: [UInt8], _ request: KubernetesRequest) throws -> WatchEvent<Value> {
        let read: EventLine<Value>
        do {
            read = try ObjectReader.decode(EventLine<Value>.self, line)
        } catch {
            guard let bare = try? ObjectReader.decode(EventLine<NoFields>.self, line) else { throw error }
            switch bare.content {
            case .added(let object): return .added(.unreadable(object.metadata, reason: error.reason))
            case .modified(let object): return .modified(.unreadable(object.metadata, reason: error.reason))
            default: throw error
            }
        }
        switch read.content {
        case .added(let object): return .added(.object(object))
        case .modified(let object): return .modified(.object(object))
        case .deleted(let metadata): return .deleted(metadata)
        case .bookmark(let version): return .bookmark(resourceVersion: version)
        case .error(let status):
            throw ServerStatus.failure(
                code: status.code ?? 500,
                status: status,
                headers: [:],
                cluster: cluster,
                request: request,
                redactor: options.redactor,
                now: Timestamp.present
            )
        }
    }
}

/// One line of a watch.
private struct EventLine<Value: Decodable & Sendable>: Decodable {
    enum Content {
        case added(KubernetesObject<Value>)
        case modified(KubernetesObject<Value>)
        case deleted(ObjectMetadata)
        case bookmark(String)
        case error(ServerStatus)
    }

    private enum CodingKeys: String, CodingKey { case type, object }

    private struct Bookmark: Decodable {
        struct Metadata: Decodable { var resourceVersion: String }

        var metadata: Metadata
    }

    let content: Content

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(String.self, forKey: .type)
        func object<Read: Decodable>(_ type: Read.Type) throws -> Read { try container.decode(type, forKey: .object) }
        content =
            switch type {
            case "ADDED": .added(try object(KubernetesObject<Value>.self))
            case "MODIFIED": .modified(try object(KubernetesObject<Value>.self))
            case "DELETED": .deleted(try object(KubernetesObject<NoFields>.self).metadata)
            case "BOOKMARK": .bookmark(try object(Bookmark.self).metadata.resourceVersion)
            case "ERROR": .error(try object(ServerStatus.self))
            default:
                throw DecodingError.dataCorruptedError(
                    forKey: .type,
                    in: container,
                    debugDescription: "an unknown type of event"
                )
            }
    }
}

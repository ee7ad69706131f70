import AsyncHTTPClient
import HoistwayModel
import NIOCore

/// What a list says of itself.
package struct ObjectListing: Sendable, Equatable {
    /// Where a watch begins.
    package var resourceVersion: String
    /// Objects that were given.
    package var count: Int

    package init(resourceVersion: String, count: Int) {
        self.resourceVersion = resourceVersion
        self.count = count
    }
}

extension KubernetesClient {
    /// Lists page by page, and gives one object at a time: the next one is not read before `each` has returned.
    ///
    /// Where the server forgets a list in its middle it is begun anew, and `each` gets objects again.
    package func list<Value>(
        _ resource: KubernetesResource,
        _ selection: ObjectSelection,
        as type: Value.Type,
        each: (ReadObject<Value>) async -> Void
    ) async throws(KubernetesFailure) -> ObjectListing {
        // The last time in one piece, which cannot be forgotten.
        for isLast in [false, false, true] {
            do throws(KubernetesFailure) {
                return try await list(resource, selection, pageSize: isLast ? nil : options.pageSize, each: each)
            } catch {
                guard error.reason == .expired, !isLast else { throw error }
            }
        }
        preconditionFailure("the last turn returns or throws")
    }

    private func list<Value>(
        _ resource: KubernetesResource,
        _ selection: ObjectSelection,
        pageSize: Int?,
        each: (ReadObject<Value>) async -> Void
    ) async throws(KubernetesFailure) -> ObjectListing {
        let request = KubernetesRequest(.list, resource, in: selection.namespace)
        var message = ClusterTransport.Message(path: try path(of: request))
        try check(selection, request)
        var listing = ObjectListing(resourceVersion: "", count: 0)
        var next: String?
        repeat {
            message.query = selection.query
            if let pageSize { message.query.append(("limit", String(pageSize))) }
            if let next { message.query.append(("continue", next)) }
            let (page, count) = try await self.page(message, request, each: each)
            listing.count += count
            listing.resourceVersion = page.resourceVersion ?? ""
            guard page.next == nil || page.next != next, count > 0 || page.next == nil else {
                throw transport.garbage("its pages lead nowhere", for: request)
            }
            next = page.next
        } while next != nil
        guard !listing.resourceVersion.isEmpty else {
            throw transport.garbage("the list has no resourceVersion", for: request)
        }
        return listing
    }

    func check(_ selection: ObjectSelection, _ request: KubernetesRequest) throws(KubernetesFailure) {
        for label in selection.labels {
            guard let problem = label.problem else { continue }
            throw KubernetesFailure(
                .invalid,
                cluster: cluster,
                request: request,
                detail: "the label selector \(ShownText.quoted(label.text)): \(problem)"
            )
        }
    }

    private struct Page: Decodable {
        struct Metadata: Decodable {
            var resourceVersion: String?
            var `continue`: String?
        }

        var metadata: Metadata?

        var resourceVersion: String? { metadata?.resourceVersion }
        var next: String? { metadata?.continue.flatMap { $0.isEmpty ? nil : $0 } }
    }

    private func page<Value>(
        _ message: ClusterTransport.Message,
        _ request: KubernetesRequest,
        each: (ReadObject<Value>) async -> Void
    ) async throws(KubernetesFailure) -> (Page, count: Int) {
        let response = try await transport.send(message, for: request)
        var splitter = ListSplitter(maxObject: options.maxObjectBytes)
        var count = 0
        var pieces = AnswerPieces(response.body, limit: options.pageTimeout)
        do {
            while let piece = try await pieces.next() {
                for bytes in try piece.withUnsafeReadableBytes({ try splitter.feed($0) }) {
                    count += 1
                    await each(try ObjectReader.read(bytes))
                }
            }
            let page = try ObjectReader.decode(Page.self, try splitter.finish())
            return (page, count)
        } catch let failure as ListSplitter.Failure {
            throw transport.garbage(failure.text, for: request)
        } catch let failure as ObjectReader.Failure {
            throw transport.garbage("an object in the list: \(failure.reason)", for: request)
        } catch {
            throw transport.failure(error, for: request)
        }
    }
}

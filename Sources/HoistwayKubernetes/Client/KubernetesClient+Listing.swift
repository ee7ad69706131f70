import AsyncHTTPClient
import HoistwayModel
import NIOCore

/// The metadata of a list.
package struct ObjectListing: Sendable, Equatable {
    /// The start of a watch.
    package var resourceVersion: String
    /// Number of objects.
    package var count: Int

    package init(resourceVersion: String, count: Int) {
        self.resourceVersion = resourceVersion
        self.count = count
    }
}

extension KubernetesClient {
    /// Lists page by page, and gives one object at a time: the next one is not read before `each` has returned.
    ///
    /// If the server drops a list before its end, the list starts again, and `each` gets objects a second time.
    ///
    /// - Parameter bounds: limits of the whole list; `nil`: those of the options. A list above them fails: `each` then
    ///   got only a part of it.
    package func list<Value>(
        _ resource: KubernetesResource,
        _ selection: ObjectSelection,
        as type: Value.Type,
        within bounds: ListBounds? = nil,
        each: (ReadObject<Value>) async -> Void
    ) async throws(KubernetesFailure) -> ObjectListing {
        var budget = ListBudget(bounds ?? options.listBounds)
        // The last try is one single page, which cannot expire.
        for isLast in [false, false, true] {
            do throws(KubernetesFailure) {
                return try await list(
                    resource,
                    selection,
                    pageSize: isLast ? nil : options.pageSize,
                    &budget,
                    each: each
                )
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
        _ budget: inout ListBudget,
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
            let (page, count) = try await self.page(message, request, &budget, each: each)
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

    /// The present resource version of a kind's objects, from one small list.
    func presentVersion(
        _ resource: KubernetesResource,
        _ selection: ObjectSelection
    ) async throws(KubernetesFailure) -> String {
        let request = KubernetesRequest(.list, resource, in: selection.namespace)
        var message = ClusterTransport.Message(path: try path(of: request))
        try check(selection, request)
        message.query = selection.query + [("limit", "1")]
        var budget = ListBudget(options.listBounds)
        let (page, _) = try await page(message, request, &budget) { (_: ReadObject<NoFields>) in }
        guard let version = page.resourceVersion, !version.isEmpty else {
            throw transport.garbage("the list has no resourceVersion", for: request)
        }
        return version
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
        _ budget: inout ListBudget,
        each: (ReadObject<Value>) async -> Void
    ) async throws(KubernetesFailure) -> (Page, count: Int) {
        do {
            try budget.takePage()
            let start = ContinuousClock.now
            let response = try await transport.send(message, for: request)
            try budget.take(time: ContinuousClock.now - start)
            var splitter = ListSplitter(maxObject: options.maxObjectBytes)
            var count = 0
            var pieces = AnswerPieces(response.body, limit: options.pageTimeout)
            var spent: Duration = .zero
            while let piece = try await pieces.next() {
                try budget.take(time: pieces.spent - spent)
                spent = pieces.spent
                try budget.take(bytes: piece.readableBytes)
                for bytes in try piece.withUnsafeReadableBytes({ try splitter.feed($0) }) {
                    try budget.takeObject()
                    count += 1
                    await each(try ObjectReader.read(bytes))
                }
            }
            let page = try ObjectReader.decode(Page.self, try splitter.finish())
            return (page, count)
        } catch let bound as ListBudget.Exhausted {
            guard bound.isTime else { throw transport.garbage(bound.text, for: request) }
            throw KubernetesFailure(.timedOut, cluster: cluster, request: request, detail: bound.text)
        } catch let failure as ListSplitter.Failure {
            throw transport.garbage(failure.text, for: request)
        } catch let failure as ObjectReader.Failure {
            throw transport.garbage("an object in the list: \(failure.reason)", for: request)
        } catch {
            throw transport.failure(error, for: request)
        }
    }
}

import HoistwayModel
package import HoistwayPorts
package import Hummingbird

extension EventStreams {
    /// The client's options for a stream.
    package struct Options: Sendable {
        /// `nil`: from now on.
        package var after: Revision?
        /// Whether the requested position is not from this server.
        package var isLost = false
        /// The most changes; `nil`: no limit.
        package var limit: Int?
        /// In seconds; `nil`: no limit.
        package var timeout: Int?

        package init(after: Revision? = nil) {
            self.after = after
        }
    }

    /// - Parameters:
    ///   - sees: which changes are sent.
    ///   - isStillThere: called each ``Pace/look``: whether the token or the session is unchanged. Their end is also
    ///     reported by ``end(ofToken:)``; this finds ends that were not reported.
    package func response(
        _ options: Options,
        for owner: Owner,
        on connection: ClientConnection,
        sees: @escaping @Sendable (ChangedObject) -> Bool,
        isStillThere: @escaping @Sendable () async -> Bool
    ) async throws -> Response {
        let lease = try open(for: owner)
        // It may have ended between the check and the opening.
        guard await isStillThere() else {
            close(lease)
            throw APIError.unauthenticated
        }
        // Also needed if the body is never read.
        await connection.whenClosed { [weak self] in
            lease.leave()
            self?.close(lease)
        }
        var headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store, no-transform", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        ]
        headers[Self.buffering] = "no"
        let body = ResponseBody { [self] writer in
            defer { close(lease) }
            let stream = EventStream(
                options: options,
                lease: lease,
                feed: feed,
                pace: pace,
                channel: connection.channel,
                sees: sees,
                isStillThere: isStillThere
            )
            try await stream.run(to: &writer, version: version)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static let buffering = HeaderName.of("X-Accel-Buffering")

    /// For the API: with the caller's token.
    func response(to call: Call, _ services: APIServices) async throws -> Response {
        let caller = try call.caller
        var options = Options()
        if let last = call.request.headers[Self.lastID] {
            options.after = Revision(last)
            options.isLost = options.after == nil
        } else if let text = call.query["after"] {
            guard let revision = Revision(text) else {
                throw APIError.parameter("after", "after must be the revision of a list, or the id of an event")
            }
            options.after = revision
        }
        options.limit = call.query["limit"].flatMap { Int($0) }
        options.timeout = call.query["timeout"].flatMap { Int($0) }
        let visibility = services.visibility
        return try await response(
            options,
            for: Owner(token: caller.name),
            on: call.context.connection,
            sees: { caller.sees($0, receivers: visibility) },
            isStillThere: { (try? await services.tokens.current(caller)) == caller }  // A store failure ends it too.
        )
    }

    private static let lastID = HeaderName.of("Last-Event-ID")
}

extension Caller {
    /// Whether the caller may be informed about this change.
    package func sees(_ object: ChangedObject, receivers: ReceiverVisibility) -> Bool {
        switch object.kind {
        case .configuration: true
        case .audit: role == .admin && project == nil
        case .token: role == .admin && (project == nil || project == object.project)
        case .delivery: object.receiver.map { receivers.sees(self, receiver: $0) } ?? true
        case .stage, .freight, .promotion, .warehouse, .preview, .project:
            object.project.map { sees(project: $0) } ?? true
        }
    }
}

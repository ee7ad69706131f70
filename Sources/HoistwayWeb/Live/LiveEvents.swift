import HoistwayConsole
import HoistwayCrypto
import HoistwayPorts
import Hummingbird

/// `/live/events`: the stream of changes for the script of pages.
///
/// It is the API's stream, with a session instead of a token: see ``EventStreams``.
struct LiveEvents: Sendable {
    let sessions: Sessions
    let console: ConsoleParts

    func response(_ request: PageRequest) async throws -> Response {
        var options = EventStreams.Options()
        if let text = request.query.text("after") {
            options.after = Revision(text)
            options.isLost = options.after == nil
        }
        let visitor = request.visitor
        return try await console.streams.response(
            options,
            for: EventStreams.Owner(visitor),
            on: request.connection,
            sees: { visitor.caller.sees($0, receivers: console.receivers) },
            // A failure of the store also ends it: the script reconnects.
            isStillThere: { (try? await sessions.isOpen(visitor.session)) ?? false }
        )
    }
}

extension EventStreams.Owner {
    init(_ visitor: Visitor) {
        self.init(token: visitor.caller.name, session: Hex.encode(visitor.session))
    }
}

extension EventStreams {
    /// Ends the streams of the visitor's pages.
    func end(of visitor: Visitor) { end(ofSession: Hex.encode(visitor.session)) }
}

package import HoistwayPorts
package import Hummingbird
package import Logging

/// Pages on the console's listener, next to the API.
///
/// The API has all paths below `/api`, and pages have the others. For both, the listener refuses unknown `Host` headers
/// and malformed heads, and gives each request an id. Pages do the rest: authentication
/// (``ConsoleContext/admitting(_:)``), headers, and the form of their errors. Middleware that they add to the router
/// also sees requests without a matching route. Errors that they do not catch are answered like the API's.
package protocol ConsolePages: Sendable {
    func add(to router: Router<ConsoleContext>, _ console: ConsoleParts)

    /// Makes a link for one sign-in of a browser with this token.
    func makeSignInLink(for token: TokenRecord) async throws -> SignInLink
}

/// The parts of the console that pages need.
package struct ConsoleParts: Sendable {
    package let pipelines: any PipelineOperator
    /// Finds the caller of a token, for signing in and for checking later whether the token still exists.
    package let tokens: TokenCheck
    package let feed: ChangeFeed
    /// The event streams of pages come from here too, so that both share the same limits.
    package let streams: EventStreams
    /// For ``Caller/sees(_:receivers:)``.
    package let receivers: ReceiverVisibility
    package let refusals: RefusalTrail
    /// Keeps the results of forms, together with the API's requests.
    package let keys: KeyedRequests
    package let logger: Logger
}

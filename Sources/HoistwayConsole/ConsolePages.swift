package import HoistwayPorts
package import Hummingbird
package import Logging

/// Pages that hang in the console's listener, beside the API.
///
/// The API has all paths below `/api`; pages have the others. Before both, the listener has refused foreign `Host`
/// headers and malformed heads, and given the request an id. Everything else is the pages' own: who asks
/// (``ConsoleContext/admitting(_:)``), headers, and the form of their errors, which middleware that they add to the
/// router sees also where no route matched. What they throw and do not catch is answered as the API does.
package protocol ConsolePages: Sendable {
    func add(to router: Router<ConsoleContext>, _ console: ConsoleParts)

    /// Makes a link that signs a browser in with this token, once.
    func makeSignInLink(for token: TokenRecord) async throws -> SignInLink
}

/// What pages need of the console.
package struct ConsoleParts: Sendable {
    package let pipelines: any PipelineOperator
    /// Finds the caller of a token, for signing in and for seeing later whether the token is still there.
    package let tokens: TokenCheck
    package let feed: ChangeFeed
    /// Pages have their stream from here too: together they have the same bounds.
    package let streams: EventStreams
    /// For ``Caller/sees(_:receivers:)``.
    package let receivers: ReceiverVisibility
    package let refusals: RefusalTrail
    /// Keeps what forms have done: with the API's requests in one book.
    package let keys: KeyedRequests
    package let logger: Logger
}

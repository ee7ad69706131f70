import HoistwayConsole
import HoistwayPorts
import HoistwayWeb
import Hummingbird
import Synchronization

/// Counts the streams of changes that browsers open.
final class StreamCount: Sendable {
    private let opened = Mutex(0)

    var value: Int { opened.withLock(\.self) }

    fileprivate func add() { opened.withLock { $0 += 1 } }
}

/// Pages whose streams are counted.
struct CountedPages: ConsolePages {
    let pages: WebPages
    let streams: StreamCount

    func makeSignInLink(for token: TokenRecord) async throws -> SignInLink {
        try await pages.makeSignInLink(for: token)
    }

    func add(to router: Router<ConsoleContext>, _ console: ConsoleParts) {
        router.add(middleware: Counter(streams: streams))
        pages.add(to: router, console)
    }

    private struct Counter: RouterMiddleware {
        let streams: StreamCount

        func handle(
            _ request: Request,
            context: ConsoleContext,
            next: @concurrent (Request, ConsoleContext) async throws -> Response
        ) async throws -> Response {
            if request.uri.path == "/live/events" { streams.add() }
            return try await next(request, context)
        }
    }
}

import HoistwayModel
import Hummingbird
import Logging

/// Outermost of all: turns every error into the one form that answers have, and adds the headers of all of them.
struct ErrorMiddleware: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch is CancellationError {
            response = APIError.shuttingDown.response()
        } catch {
            let known = APIError(error)
            if known.isOurs { log(error, request) }
            response = known.response()
        }
        for field in Self.headers { response.headers[field.name] = field.value }
        return response
    }

    /// The details stay in the log: the answer says only that something broke.
    private func log(_ error: any Error, _ request: Request) {
        logger.error(
            "console request failed",
            metadata: [
                "http.method": "\(request.method.rawValue)",
                "error.kind": "\(type(of: error))",
                "error.message": "\((error as? any Diagnosable)?.message ?? "no description")",
            ]
        )
    }

    /// Answers are data for programs: no browser may run, frame, guess or keep them.
    private static let headers: HTTPFields = [
        .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        .xContentTypeOptions: "nosniff",
        .cacheControl: "no-store",
    ]
}

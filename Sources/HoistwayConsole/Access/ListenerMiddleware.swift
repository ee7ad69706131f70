import HoistwayModel
import Hummingbird
import Logging

/// Outermost of all: refuses foreign names, and turns every error that nobody else answered into a problem.
struct ListenerMiddleware: RouterMiddleware {
    let hosts: AllowedHosts
    let logger: Logger

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            guard hosts.accept(request.head.authority) else { throw APIError.misdirected }
            response = try await next(request, context)
        } catch {
            let known = APIError(error)
            if known.isOurs { log(error, request, context) }
            response = known.response(requestID: context.requestID)
            for field in APIHeaders.ofProblems { response.headers[field.name] = field.value }
        }
        response.headers[APIHeaders.requestID] = context.requestID
        return response
    }

    /// The details stay in the log: the answer says only that something broke.
    private func log(_ error: any Error, _ request: Request, _ context: ConsoleContext) {
        logger.error(
            "console request failed",
            metadata: [
                "http.method": "\(request.method.rawValue)",
                "request.id": "\(context.requestID)",
                "error.kind": "\(type(of: error))",
                "error.message": "\((error as? any Diagnosable)?.message ?? "no description")",
            ]
        )
    }
}

/// Headers of the API's answers.
enum APIHeaders {
    static let requestID = HeaderName.of("X-Request-Id")

    /// Answers are data for programs: no browser may run, frame, guess or keep them.
    static let ofProblems: HTTPFields = [
        .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        .xContentTypeOptions: "nosniff",
        .cacheControl: "no-store",
    ]
}

/// The type that Hummingbird's own export of header fields leaves without a name.
typealias HeaderName = HTTPFields.Element.Name

extension HeaderName {
    /// For names of ours, which are all well formed.
    static func of(_ name: StaticString) -> HeaderName {
        guard let made = HeaderName("\(name)") else { preconditionFailure("\(name) is no name of a header") }
        return made
    }
}

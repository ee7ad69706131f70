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
            APIHeaders.finish(&response, tag: nil)
        }
        response.headers[APIHeaders.requestID] = context.requestID
        // The head alone is asked for: a body behind it would be taken for the next answer.
        if request.method == .head { response.body = ResponseBody() }
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

import HoistwayModel
import Hummingbird
import Logging

/// The outermost handler: refuses unknown host names, and answers every unhandled error as a problem.
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
        // Only the head is requested: the client would read a body as the start of the next answer.
        if request.method == .head { response.body = ResponseBody() }
        return response
    }

    /// The details are only in the log: the answer only reports an internal error.
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

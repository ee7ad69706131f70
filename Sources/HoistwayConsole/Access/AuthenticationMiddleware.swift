import Hummingbird

/// Lets in what is addressed to this console and carries a token that it knows; all else ends here.
struct AuthenticationMiddleware: RouterMiddleware {
    let hosts: AllowedHosts
    let tokens: TokenCheck

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        guard hosts.accept(request.head.authority) else { throw APIError.misdirected }
        let caller = try await tokens.caller(authorization: request.headers[.authorization])
        return try await next(request, context.admitting(caller))
    }
}

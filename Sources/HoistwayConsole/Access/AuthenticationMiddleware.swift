import Hummingbird

/// Lets in what carries a token that the console knows; all else ends here.
struct AuthenticationMiddleware: RouterMiddleware {
    let tokens: TokenCheck

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        let caller = try await tokens.caller(authorization: request.headers[.authorization])
        var response = try await next(request, context.admitting(caller))
        for field in APIHeaders.ofProblems { response.headers[field.name] = field.value }
        return response
    }
}

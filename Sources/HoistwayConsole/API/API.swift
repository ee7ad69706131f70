import HoistwayModel
import HoistwayPorts
import Hummingbird
import NIOCore

/// The services that the API uses.
struct APIServices: Sendable {
    let configuration: ConsoleConfiguration
    let pipelines: any PipelineOperator
    let store: any StateStore
    let clock: any WallClock
    let feed: ChangeFeed
    let tokens: TokenCheck
    let streams: EventStreams
    let keys: KeyedRequests
    let pages: (any ConsolePages)?
    let refusals: RefusalTrail

    /// The address of a resource for a client.
    func location(_ path: String) -> String { configuration.base + API.root + path }

    var visibility: ReceiverVisibility { ReceiverVisibility(projects: configuration.projectsOfReceiver) }
}

/// The API: everything below `/api`, by the table.
///
/// The table's rules are checked here, in the same way for all operations: route, method, token, role, project,
/// parameters and body; handlers are called after that. Nothing is kept between requests: tokens are read from the
/// store each time, so that a deleted one is refused at once.
struct API: Sendable {
    static let root = "/api/v1/"

    let services: APIServices
    private let router = OperationRouter(Operation.all)
    private let document: DocumentCell

    init(services: APIServices) {
        self.services = services
        document = DocumentCell(version: services.configuration.version, base: services.configuration.base)
    }

    func respond(to request: Request, _ context: ConsoleContext) async throws -> Response {
        let path = request.uri.path
        let match =
            path.hasPrefix(Self.root)
            ? router.match(method: request.method.rawValue, path: String(path.dropFirst(Self.root.count))) : .none
        if case .found(let operation, _) = match, operation.role == nil {
            return Self.response(Reply(status: 200, body: document.bytes, location: nil), operation)
        }
        let caller = try await services.tokens.caller(authorization: request.headers[.authorization])
        switch match {
        case .none: throw APIError.noSuchRoute
        case .wrongMethod(let methods):
            var error = APIError(
                .methodNotAllowed,
                "this route has no method \(ShownText.bare(request.method.rawValue))",
                hint: "it has \(methods.joined(separator: ", "))"
            )
            error.allow = methods
            throw error
        case .found(let operation, let values):
            var response: Response
            do {
                response = try await respond(operation, values, caller, request, context)
            } catch {
                let known = APIError(error)
                if let action = operation.action, known.isRefusal(of: caller, project: values["project"]) {
                    await services.refusals.note(action, by: caller, path: values, detail: known.detail)
                }
                guard operation.successor != nil else { throw error }
                guard !known.isOurs else { throw error }
                response = known.response(requestID: context.requestID)
                APIHeaders.finish(&response, tag: nil)
            }
            if let successor = operation.successor {
                let document = services.location(OperationID.getDocument.operation.path())
                APIHeaders.deprecate(&response, successor: successor.operation, document: document)
            }
            return response
        }
    }

    private func respond(
        _ operation: Operation,
        _ path: [String: String],
        _ caller: Caller,
        _ request: Request,
        _ context: ConsoleContext
    ) async throws -> Response {
        try caller.require(operation.role ?? .admin)
        if operation.reach == .all { try caller.requireAllProjects() }
        if operation.reach == .project, let project = path["project"], !caller.sees(project: project) {
            throw APIError.notFound("there is no project \(ShownText.quoted(project))")
        }
        try QueryCheck.check(path, of: operation)
        let query = try QueryCheck.values(request.uri.query, of: operation)
        let bytes = operation.body == nil ? [] : try await APICoding.bytes(of: request)
        let call = Call(
            operation: operation,
            admitted: caller,
            path: path,
            query: query,
            body: try APICoding.body(bytes, of: operation, type: request.headers[.contentType]),
            request: request,
            context: context
        )
        if operation.id == .streamEvents { return try await services.streams.response(to: call, services) }
        let tag = try EntityTag(call, feed: services.feed, now: services.clock.now().seconds)
        if let tag, tag.isNamed(by: request.headers[.ifNoneMatch]) { return Self.notModified(tag) }
        let handlers = Handlers(services: services)
        let (reply, isRepeated) =
            operation.method == .post
            ? try await services.keys.answer(call, bytes: bytes) { try await handlers.answer(call) }
            : (try await handlers.answer(call), false)
        if let tag, EntityTag.isAny(request.headers[.ifNoneMatch]) { return Self.notModified(tag) }
        var response = Self.response(reply, operation, tag: tag)
        if isRepeated { response.headers[APIHeaders.replayed] = "true" }
        return response
    }

    private static func notModified(_ tag: EntityTag) -> Response {
        var response = Response(status: .notModified)
        APIHeaders.finish(&response, tag: tag)
        return response
    }

    private static func response(_ reply: Reply, _ operation: Operation, tag: EntityTag? = nil) -> Response {
        var response = Response(
            status: HTTPResponse.Status(code: reply.status),
            headers: [.contentType: reply.status < 300 ? "application/json" : "application/problem+json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
        )
        if let location = reply.location { response.headers[.location] = location }
        APIHeaders.finish(&response, tag: tag)
        return response
    }
}

/// Routes requests below `/api` to the API; pages answer the others.
struct APIMiddleware: RouterMiddleware {
    let api: API

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard path == "/api" || path.hasPrefix("/api/") else { return try await next(request, context) }
        var response = try await api.respond(to: request, context)
        APIHeaders.addVersion(api.services.configuration.version, to: &response)
        return response
    }
}

import HoistwayModel
import HoistwayPorts
import Hummingbird

/// What the API answers instead of what was asked for.
///
/// This file is the only place where failures become HTTP statuses.
enum APIError: Error, Equatable {
    case unauthenticated
    case misdirected
    case denied(String, hint: String)
    case notFound(String)
    case invalid(String, hint: String?)
    case conflict(String, hint: String?)
    case tooLarge(limit: Int)
    case unavailable(String, hint: String?)
    /// A registry or a repository did not answer, or not as it should.
    case outside(String, hint: String?)
    /// Understood, and it does not hold: a configuration with errors, for example.
    case refused(String, hint: String?)
    case shuttingDown
    /// No such route, wrong method and their like, as the router says.
    case http(status: Int)
    case ours

    init(_ error: any Error) {
        self =
            switch error {
            case let error as APIError: error
            case let error as OperatorFailure: Self.status(of: error)
            case let error as StoreFailure: .unavailable(error.message, hint: error.hint)
            case let error as GitFailure: .outside(error.message, hint: error.hint)
            case let error as RegistryFailure: .outside(error.message, hint: error.hint)
            case let error as any Diagnosable: .refused(error.message, hint: error.hint)
            case let error as any HTTPResponseError: .http(status: error.status.code)
            default: .ours
            }
    }

    private static func status(of failure: OperatorFailure) -> APIError {
        switch failure {
        case .notFound(let text): .notFound(text)
        case .ambiguous(let text), .invalid(let text): .invalid(text, hint: failure.hint)
        case .denied(let text, let hint): .denied(text, hint: hint)
        case .nothingToDo(let text): .conflict(text, hint: nil)
        case .unavailable(let text): .unavailable(text, hint: failure.hint)
        case .refused(let text): .refused(text, hint: failure.hint)
        case .outside(let text): .outside(text, hint: failure.hint)
        }
    }

    var status: HTTPResponse.Status {
        switch self {
        case .unauthenticated: .unauthorized
        case .misdirected: .misdirectedRequest
        case .denied: .forbidden
        case .notFound: .notFound
        case .invalid: .badRequest
        case .conflict: .conflict
        case .tooLarge: .contentTooLarge
        case .unavailable, .shuttingDown: .serviceUnavailable
        case .outside: .badGateway
        case .refused: .unprocessableContent
        case .http(let status): HTTPResponse.Status(code: status)
        case .ours: .internalServerError
        }
    }

    /// Whether somebody should look for the fault here.
    var isOurs: Bool { status.code >= 500 && status != .badGateway }

    var message: String {
        switch self {
        case .unauthenticated: "no valid token"
        case .misdirected: "this server does not answer to the name in the Host header"
        case .denied(let text, _), .notFound(let text), .invalid(let text, _), .conflict(let text, _),
            .unavailable(let text, _), .outside(let text, _), .refused(let text, _):
            text
        case .tooLarge(let limit): "the body is larger than \(limit) bytes"
        case .shuttingDown: "the server is stopping"
        case .http(let status): HTTPResponse.Status(code: status).reasonPhrase
        case .ours: "something broke in the server; its log says what"
        }
    }

    var hint: String? {
        switch self {
        case .unauthenticated: "send a token: Authorization: Bearer …"
        case .misdirected: "add the name to console.hosts, or set console.publicURL"
        case .denied(_, let hint): hint
        case .invalid(_, let hint), .conflict(_, let hint), .unavailable(_, let hint), .outside(_, let hint),
            .refused(_, let hint):
            hint
        case .notFound, .tooLarge, .shuttingDown, .http, .ours: nil
        }
    }

    private var body: ErrorBody { ErrorBody(error: ErrorBody.Detail(message: message, hint: hint)) }

    /// The body of the answer.
    var text: String { APICoding.text(body) }

    func response() -> Response {
        var response = APICoding.response(body, status: status)
        if self == .unauthenticated { response.headers[.wwwAuthenticate] = "Bearer realm=\"hoistway\"" }
        if status == .serviceUnavailable { response.headers[.retryAfter] = "5" }
        return response
    }
}

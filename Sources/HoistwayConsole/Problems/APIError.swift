import HoistwayModel
import HoistwayPorts
package import Hummingbird

/// A failure that the console reports in its answer.
package struct APIError: Error, Equatable {
    package var code: ProblemCode
    /// What failed, on what, and why; without content of a body, a token or a URL's user part.
    package var detail: String
    /// What to do next.
    package var hint: String?
    package var errors: [ProblemBody.Place] = []
    /// The methods of the route, if the request's method is not one of them.
    package var allow: [String] = []

    package init(_ code: ProblemCode, _ detail: String, hint: String? = nil, errors: [ProblemBody.Place] = []) {
        self.code = code
        self.detail = detail
        self.hint = hint
        self.errors = errors
    }

    /// Converts failures of all kinds to the one form of answers.
    package init(_ error: any Error) {
        self =
            switch error {
            case let error as APIError: error
            case let error as OperatorFailure: Self.of(error)
            case let error as StoreFailure: APIError(.unavailable, error.message, hint: error.hint)
            case let error as GitFailure: APIError(.outside, error.message, hint: error.hint)
            case let error as RegistryFailure: APIError(.outside, error.message, hint: error.hint)
            case let error as any Diagnosable: APIError(.refused, error.message, hint: error.hint)
            case let error as any HTTPResponseError where error.status == .notFound: .noSuchRoute
            case let error as any HTTPResponseError where error.status.code < 500:
                APIError(.malformedRequest, error.status.reasonPhrase)
            case is CancellationError: .shuttingDown
            default: .ours
            }
    }

    private static func of(_ failure: OperatorFailure) -> APIError {
        let code: ProblemCode =
            switch failure {
            case .notFound: .notFound
            case .ambiguous: .ambiguousName
            case .invalid: .invalidValue
            case .denied: .forbidden
            case .nothingToDo: .nothingToDo
            case .unavailable: .unavailable
            case .tooManyPreviews: .tooManyPreviews
            case .refused: .refused
            case .outside: .outside
            }
        return APIError(code, failure.message, hint: failure.hint)
    }

    package var status: HTTPResponse.Status { HTTPResponse.Status(code: code.status) }

    /// Whether the fault is in the server.
    var isOurs: Bool { code == .ours || code == .unavailable }

    package func problem(requestID: String?) -> ProblemBody {
        ProblemBody(
            type: ProblemBody.types + code.rawValue,
            title: code.title,
            status: code.status,
            detail: detail,
            code: code,
            hint: hint,
            errors: errors.isEmpty ? nil : errors,
            requestId: requestID
        )
    }

    /// The body of the answer.
    func text(requestID: String?) -> String { APICoding.text(problem(requestID: requestID)) }

    package func response(requestID: String?) -> Response {
        var response = APICoding.response(
            problem(requestID: requestID),
            status: status,
            type: "application/problem+json"
        )
        if code == .unauthenticated { response.headers[.wwwAuthenticate] = "Bearer realm=\"hoistway\"" }
        if code.status == 503 || code == .requestInProgress { response.headers[.retryAfter] = "5" }
        if code == .tooManyKeys { response.headers[.retryAfter] = "3600" }
        if !allow.isEmpty { response.headers[.allow] = allow.joined(separator: ", ") }
        return response
    }
}

// MARK: Common errors

extension APIError {
    package static let unauthenticated = APIError(
        .unauthenticated,
        "no valid token",
        hint: "send a token: Authorization: Bearer …"
    )
    package static let misdirected = APIError(
        .misdirected,
        "this server does not answer to the name in the Host header",
        hint: "add the name to console.hosts, or set console.publicURL"
    )
    package static let noSuchRoute = APIError(
        .noSuchRoute,
        "there is no such route",
        hint: "GET /api/v1/openapi.json lists them all"
    )
    package static let shuttingDown = APIError(.shuttingDown, "the server is stopping")
    package static let ours = APIError(.ours, "something broke in the server; its log says what")

    package static func denied(_ detail: String, hint: String) -> APIError { APIError(.forbidden, detail, hint: hint) }
    package static func notFound(_ detail: String) -> APIError { APIError(.notFound, detail) }

    /// An error in the body; `at`: a JSON pointer without `#`.
    package static func invalid(_ detail: String, hint: String? = nil, at pointer: String = "") -> APIError {
        APIError(.invalidBody, detail, hint: hint, errors: [ProblemBody.Place(pointer: "#\(pointer)", detail: detail)])
    }

    static func parameter(_ name: String, _ detail: String, hint: String? = nil, in place: String = "query") -> APIError
    {
        APIError(
            .invalidParameter,
            detail,
            hint: hint,
            errors: [ProblemBody.Place(pointer: "\(place)/\(name)", detail: detail)]
        )
    }
}

/// The codes of all problems in the console's answers.
///
/// Programs depend on them, so a code keeps its meaning. `API.md` lists them with the exit codes of the command line.
package enum ProblemCode: String, Sendable, Codable, CaseIterable {
    case malformedRequest = "malformed-request"
    case invalidParameter = "invalid-parameter"
    case invalidBody = "invalid-body"
    case ambiguousName = "ambiguous-name"
    case cursorMismatch = "cursor-mismatch"
    case unauthenticated
    case forbidden
    case notFound = "not-found"
    case noSuchRoute = "no-such-route"
    case methodNotAllowed = "method-not-allowed"
    case nothingToDo = "nothing-to-do"
    case nameTaken = "name-taken"
    case lastAdminToken = "last-admin-token"
    case requestInProgress = "request-in-progress"
    case requestInterrupted = "request-interrupted"
    case answerNotKept = "answer-not-kept"
    case bodyTooLarge = "body-too-large"
    case unsupportedMediaType = "unsupported-media-type"
    case misdirected
    case refused
    case invalidValue = "invalid-value"
    case keyReused = "idempotency-key-reused"
    case tooManyKeys = "too-many-idempotency-keys"
    case ours = "internal-error"
    case outside
    case unavailable
    case tooManyStreams = "too-many-streams"
    case tooManyPreviews = "too-many-previews"
    case shuttingDown = "shutting-down"

    /// The HTTP status; only this file converts failures to a status.
    package var status: Int {
        switch self {
        case .malformedRequest, .invalidParameter, .invalidBody, .cursorMismatch: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound, .noSuchRoute: 404
        case .methodNotAllowed: 405
        case .ambiguousName, .nothingToDo, .nameTaken, .lastAdminToken, .requestInProgress, .requestInterrupted,
            .answerNotKept:
            409
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .misdirected: 421
        case .refused, .invalidValue, .keyReused: 422
        case .tooManyKeys: 429
        case .ours: 500
        case .outside: 502
        case .unavailable, .tooManyStreams, .tooManyPreviews, .shuttingDown: 503
        }
    }

    /// The meaning of the code, the same for each occurrence.
    package var title: String {
        switch self {
        case .malformedRequest: "the request is malformed"
        case .invalidParameter: "a parameter is unknown or makes no sense"
        case .invalidBody: "the body is not what this route takes"
        case .ambiguousName: "several things have this name"
        case .cursorMismatch: "the cursor belongs to another list"
        case .unauthenticated: "no valid token"
        case .forbidden: "the role, the project or a policy says no"
        case .notFound: "there is no such thing, or not for this token"
        case .noSuchRoute: "there is no such route"
        case .methodNotAllowed: "the route has no such method"
        case .nothingToDo: "there is nothing to do"
        case .nameTaken: "the name is taken"
        case .lastAdminToken: "the last token that may do everything stays"
        case .requestInProgress: "the first request with this key is not answered yet"
        case .requestInterrupted: "the program stopped before it answered the first request with this key"
        case .answerNotKept: "the answer to the first request with this key is not kept"
        case .bodyTooLarge: "the body is too large"
        case .unsupportedMediaType: "the body is not JSON"
        case .misdirected: "the Host header does not name this server"
        case .refused: "the request was understood, but cannot be done"
        case .invalidValue: "a value is not allowed here"
        case .keyReused: "the key was used with another request"
        case .tooManyKeys: "the token has used too many keys"
        case .ours: "something broke in the server"
        case .outside: "a registry or a repository did not answer, or not as it should"
        case .unavailable: "the state cannot be read or written"
        case .tooManyStreams: "too many event streams are open"
        case .tooManyPreviews: "too many previews are running"
        case .shuttingDown: "the server is stopping"
        }
    }
}

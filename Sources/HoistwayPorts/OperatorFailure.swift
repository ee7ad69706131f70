import HoistwayModel

/// Why an operator's request was not carried out.
package enum OperatorFailure: Diagnosable, Equatable {
    case notFound(String)
    case ambiguous(String)
    case invalid(String)
    /// A policy or a role forbids it.
    case denied(String, hint: String)
    case nothingToDo(String)
    case unavailable(String)
    /// The limit of running previews is reached.
    case tooManyPreviews(String)
    /// The request is valid, but its content is refused, such as a configuration with errors.
    case refused(String)
    /// A registry or a repository did not answer, or gave an unusable answer.
    case outside(String)

    package var message: String {
        switch self {
        case .notFound(let text), .ambiguous(let text), .invalid(let text), .nothingToDo(let text),
            .unavailable(let text), .tooManyPreviews(let text), .refused(let text), .outside(let text):
            text
        case .denied(let text, _): text
        }
    }

    package var hint: String? {
        if case .denied(_, let hint) = self { hint } else { nil }
    }
}

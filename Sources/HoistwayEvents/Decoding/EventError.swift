import HoistwayModel

/// Why a body gives no event.
///
/// None of these texts repeats anything from the body.
package enum EventError: Diagnosable, SenderFault, Equatable {
    case notUTF8
    case notJSON(atByte: Int)
    case tooLarge(bytes: Int, limit: Int)
    case tooDeep(limit: Int)
    case tooWide(limit: Int)
    /// A key of the outermost object stands twice: which one counts is anybody's guess.
    case repeatedKey
    case notAnObject
    /// The content type is none that the sender uses.
    case wrongType(sender: Sender)
    case malformedForm
    case noEventName(sender: Sender)
    /// What the sender calls this event has no such field, or another type of value in it.
    case lacks(field: String, event: String)

    package var message: String {
        switch self {
        case .notUTF8: "the body is not UTF-8"
        case .notJSON(let byte): "the body is not JSON, or is cut short: it stops making sense at byte \(byte)"
        case .tooLarge(let bytes, let limit): "the body has \(bytes) bytes, more than the \(limit) allowed"
        case .tooDeep(let limit): "the body is nested more than \(limit) levels deep"
        case .tooWide(let limit): "an object in the body has more than \(limit) keys"
        case .repeatedKey: "a key of the body's outermost object stands there twice"
        case .notAnObject: "the body is JSON, but no object"
        case .wrongType(let sender): "the content type is none that \(sender.rawValue) sends"
        case .malformedForm: "the form does not consist of exactly one well-formed field \"payload\""
        case .noEventName(let sender): "no header of \(sender.rawValue) names the event"
        case .lacks(let field, let event): "the body is no \(event) event: it lacks a usable \"\(field)\""
        }
    }

    package var hint: String? {
        switch self {
        case .lacks(_, let event) where event == GitLab.unknownEvent:
            "if the webhook has a custom template, remove it"
        case .lacks, .wrongType, .noEventName:
            "check that the receiver's sender is the one that sends to it"
        default: nil
        }
    }
}

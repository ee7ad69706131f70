import HoistwayModel

/// Why a body cannot be decoded.
///
/// None of these texts repeats anything from the body. Bytes are counted from 0.
package enum EventError: Diagnosable, SenderFault, Equatable {
    /// The byte is not part of valid UTF-8.
    case notUTF8(atByte: Int)
    case notJSON(atByte: Int)
    case tooLarge(bytes: Int, limit: Int)
    /// The object or array that is one level too deep begins at this byte.
    case tooDeep(limit: Int, atByte: Int)
    /// The first key above the limit begins at this byte.
    case tooWide(limit: Int, atByte: Int)
    /// A key of the outermost object occurs twice, so its value is ambiguous. The second one begins at this byte.
    case repeatedKey(atByte: Int)
    /// `found`: the kind of the outermost value, with its article.
    case notAnObject(found: String)
    /// The sender does not use this content type.
    case wrongType(sender: Sender)
    case malformedForm(FormFault)
    /// The form is correct, but the content of its field is not; bytes are counted in the decoded field.
    indirect case inForm(EventError)
    case noEventName(sender: Sender)
    /// The event, as the sender names it, has no such field, or a wrong value in it.
    ///
    /// `field`: its path, with dots; `found`: the kind of its value, with its article, `nil` if it is missing.
    case lacks(field: String, event: String, found: String? = nil)
    /// A value that decides something has the wrong type.
    ///
    /// `path`: its keys in this program's names; `found` and `wanted` with their articles.
    case wrongSort(path: String, found: String, wanted: String)

    package var message: String { message(of: "the body") }

    private func message(of document: String) -> String {
        switch self {
        case .notUTF8(let byte): "\(document) is not UTF-8: byte \(byte) belongs to no character"
        case .notJSON(let byte): "\(document) is not JSON, or is cut short: it stops making sense at byte \(byte)"
        case .tooLarge(let bytes, let limit): "\(document) has \(bytes) bytes, more than the \(limit) allowed"
        case .tooDeep(let limit, let byte): "\(document) is nested more than \(limit) levels deep at byte \(byte)"
        case .tooWide(let limit, let byte):
            "an object in \(document) has more than \(limit) keys: the first too many begins at byte \(byte)"
        case .repeatedKey(let byte): "the outermost object of \(document) has the key at byte \(byte) twice"
        case .notAnObject(let found): "\(document) is JSON, but \(found) and not an object"
        case .wrongType(let sender): "the content type is none that \(sender.rawValue) sends"
        case .malformedForm(let fault): fault.message
        case .inForm(let error): error.message(of: "the field \"payload\" of the form, decoded,")
        case .noEventName(let sender):
            "the event's name is missing: no header \(sender.eventNameHeaders.joined(separator: " or ")), or more than one"
        case .lacks(let field, let event, let found):
            "\(document) is no \(event) event: \(Self.problem(field, found))"
        case .wrongSort(let path, let found, let wanted):
            "\(document) is no event of the sender's: its \"\(path)\" is \(found), and must be \(wanted)"
        }
    }

    private static func problem(_ field: String, _ found: String?) -> String {
        guard let found else { return "it lacks \"\(field)\"" }
        return "its \"\(field)\" is \(found) that cannot be used"
    }

    package var hint: String? {
        switch self {
        case .lacks(_, GitLab.unknownEvent, _): "if the webhook has a custom template, remove it"
        case .lacks(let field, _, _):
            EventField.expected[field].map { "\"\(field)\" must be \($0); \(Self.check)" } ?? Self.check
        case .wrongType(let sender):
            "send \((["application/json"] + sender.traits.extraMediaTypes).joined(separator: " or ")); \(Self.check)"
        case .noEventName, .wrongSort: Self.check
        case .notUTF8, .notJSON, .repeatedKey:
            "the sender must send the event as one JSON object in UTF-8, whole; check what stands between it and here"
        case .notAnObject: "the sender must send one JSON object; \(Self.check)"
        case .malformedForm: "let the webhook send application/json, or the one field \"payload\" with the JSON in it"
        case .inForm(let error): error.hint
        case .tooLarge, .tooDeep, .tooWide: "no sender makes such an event by itself; check who sends it"
        }
    }

    private static let check =
        "check that the receiver's sender is the one that sends to it, and that the event's header belongs to the body"
}

/// Why a body is not a form with only the field `payload`.
package enum FormFault: Error, Equatable {
    /// It does not begin with the field.
    case isNone
    /// Another field begins here, even an empty one.
    case secondField(atByte: Int)
    /// A `%` without two hexadecimal digits.
    case escape(atByte: Int)

    var message: String {
        switch self {
        case .isNone: "the content type says a form, and the body does not begin with \"payload=\" at byte 0"
        case .secondField(let byte): "the form has more than the field \"payload\": another one begins at byte \(byte)"
        case .escape(let byte): "the form is cut short or wrong: no two hexadecimal digits follow the % at byte \(byte)"
        }
    }
}

/// The values that senders put into required fields.
enum EventField {
    static let expected = [
        "ref": "a string, the full name of a branch or tag such as refs/heads/main",
        "ref_type": "\"branch\" or \"tag\"",
        "after": "a string, a commit's id of 40 or 64 hexadecimal digits",
        "repository": "an object with the repository's clone_url",
        "project": "an object with the project's git_http_url",
        "pull_request": "an object, the pull request",
        "object_attributes": "an object, the merge request",
        "object_kind": "a string, the event's name",
        "release.tag_name": "a string, the tag's name",
        "tag": "a string, the tag's name",
        "events": "an array of the registry's events",
        "event_data": "an object with the repository and its resources",
        "type": "a string, the event's name",
        "package": "an object, the package",
        "zen": "a string; GitHub sends it in each ping",
    ]
}

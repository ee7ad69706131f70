import HoistwayModel

/// Why a document was not read or not edited.
///
/// The caller adds the file's name.
package enum EditFailure: Diagnosable, Equatable {
    case tooLarge(bytes: Int, limit: Int)
    case notUTF8
    case syntax(line: Int, problem: String)
    case empty
    case severalDocuments(line: Int)
    case rootNotMapping(line: Int)
    case tooDeep(line: Int, limit: Int)
    case tooManyNodes(line: Int, limit: Int)
    case duplicateKey(String, line: Int)
    case unknownAlias(String, line: Int)
    /// `images`, one of its entries, or a field of an entry does not have the type that kustomize requires.
    case malformedImages(line: Int, reason: String)
    case tooManyImages(count: Int, limit: Int)
    /// The target cannot be written as an image entry.
    case invalidTarget(reason: String)
    /// The edit would have to change something that cannot be changed safely.
    case cannotEdit(line: Int, reason: String)
    /// The differences between the edited document and the original are not exactly the intended ones.
    case cannotProve(line: Int, reason: String)

    package var message: String {
        let place = line.map { "line \($0): " } ?? ""
        return place + reason
    }

    /// Counted from 1; `nil` where the failure is about the whole document.
    package var line: Int? {
        switch self {
        case .tooLarge, .notUTF8, .empty, .tooManyImages, .invalidTarget: nil
        case .syntax(let line, _), .severalDocuments(let line), .rootNotMapping(let line), .tooDeep(let line, _),
            .tooManyNodes(let line, _), .duplicateKey(_, let line), .unknownAlias(_, let line),
            .malformedImages(let line, _), .cannotEdit(let line, _), .cannotProve(let line, _):
            line
        }
    }

    private var reason: String {
        switch self {
        case .tooLarge(let bytes, let limit): "the document has \(bytes) bytes; at most \(limit) are read"
        case .notUTF8: "the document is not UTF-8"
        case .syntax(_, let problem): "not valid YAML: \(problem)"
        case .empty: "the document is empty"
        case .severalDocuments: "a second YAML document begins here; a kustomization has one"
        case .rootNotMapping: "the document is not a mapping"
        case .tooDeep(_, let limit): "nested deeper than \(limit) levels"
        case .tooManyNodes(_, let limit): "more than \(limit) values, aliases expanded"
        case .duplicateKey(let key, _): "the key \(key) stands twice"
        case .unknownAlias(let name, _): "the alias *\(name) has no anchor before it"
        case .malformedImages(_, let reason), .invalidTarget(let reason), .cannotEdit(_, let reason): reason
        case .tooManyImages(let count, let limit): "\(count) image entries; at most \(limit) are edited"
        case .cannotProve(_, let reason): "the edit could not be proven and was not made: \(reason)"
        }
    }

    package var hint: String? {
        switch self {
        case .cannotEdit, .cannotProve: "write the image entry plainly, or set it by hand once"
        case .duplicateKey: "remove one of the two"
        case .empty, .rootNotMapping: "a kustomization begins with apiVersion, kind and resources"
        default: nil
        }
    }
}

/// Text of a document in a form for messages: short, on one line, without control characters.
func excerpt(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(80) {
        let isPlain =
            scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value)
            && scalar.properties.isDefaultIgnorableCodePoint == false
        result.unicodeScalars.append(isPlain ? scalar : "?")
    }
    return result
}

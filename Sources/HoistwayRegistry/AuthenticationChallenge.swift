/// One challenge of a `WWW-Authenticate` header: <https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1>.
struct AuthenticationChallenge: Sendable, Equatable {
    /// Lower case: `basic`, `bearer`.
    var scheme: String
    /// Names in lower case.
    var parameters: [String: String]

    /// All challenges of one header; an unreadable part ends the list.
    static func parse(_ header: String) -> [AuthenticationChallenge] {
        var reader = ChallengeReader(header)
        return reader.challenges()
    }
}

/// Reads a header from start to end.
private struct ChallengeReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ header: String) {
        bytes = Array(header.utf8.prefix(8192))
    }

    mutating func challenges() -> [AuthenticationChallenge] {
        var found: [AuthenticationChallenge] = []
        while true {
            skipSeparators()
            guard let word = token() else { return found }
            if skip(UInt8(ascii: "=")) {
                guard let value = value(), let last = found.indices.last else { return found }
                // Of two with one name the first is used: somebody else may have added the second.
                if found[last].parameters[word.lowercased()] == nil {
                    found[last].parameters[word.lowercased()] = value
                }
            } else {
                found.append(AuthenticationChallenge(scheme: word.lowercased(), parameters: [:]))
            }
        }
    }

    private mutating func skipSeparators() {
        while position < bytes.count, [0x20, 0x09, UInt8(ascii: ",")].contains(bytes[position]) { position += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func token() -> String? {
        let stop = Set("=,\" \t".utf8)
        let word = bytes[position...].prefix { !stop.contains($0) }
        guard !word.isEmpty else { return nil }
        position += word.count
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func value() -> String? {
        guard skip(UInt8(ascii: "\"")) else { return token() }
        var text: [UInt8] = []
        while position < bytes.count {
            if skip(UInt8(ascii: "\"")) { return String(decoding: text, as: UTF8.self) }
            _ = skip(UInt8(ascii: "\\"))
            guard position < bytes.count else { return nil }
            text.append(bytes[position])
            position += 1
        }
        return nil
    }
}

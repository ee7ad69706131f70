/// Records reads of values in one body that have another type than expected.
///
/// A value of the wrong type is not the same as a missing value, since values decide the result of an event. So the
/// whole body counts as wrong, without a check after each read.
final class Misreadings {
    /// The start of the first one, and the expected type, with its article.
    private(set) var first: (position: Int, wanted: String)?

    func note(at position: Int, wanted: String) {
        if first == nil { first = (position, wanted) }
    }
}

extension JSONObject {
    /// The first value in the whole body that had another type than expected; `nil` if there is none.
    var misreading: EventError? {
        guard let first = misreadings.first else { return nil }
        let found = JSONValue(bytes: bytes, start: first.position, misreadings: misreadings)
        return .wrongSort(
            path: JSONDocument.path(to: first.position, in: bytes),
            found: found.sort,
            wanted: first.wanted
        )
    }
}

extension JSONDocument {
    /// The path of keys and indices to the value that begins at `position` of a checked text: `commits[3].added`.
    static func path(to position: Int, in bytes: [UInt8]) -> String {
        var path = ""
        var scanner = JSONScanner(bytes)
        scanner.skipBlanks()
        // Each round goes one level down, or to the next member.
        while scanner.position < position, scanner.take("{") || scanner.take("[") {
            let isObject = bytes[scanner.position - 1] == UInt8(ascii: "{")
            var index = 0
            while true {
                scanner.skipBlanks()
                var step = "[\(index)]"
                if isObject {
                    let start = scanner.position
                    scanner.skipCheckedString()
                    let key = JSONString.decode(bytes[(start + 1)..<(scanner.position - 1)])
                    step = path.isEmpty ? key : ".\(key)"
                    scanner.skipBlanks()
                    _ = scanner.take(":")
                    scanner.skipBlanks()
                }
                let value = scanner.position
                var end = scanner
                end.skipCheckedValue()
                if position < end.position {
                    path += step
                    scanner = JSONScanner(bytes, at: value)
                    break
                }
                scanner = end
                scanner.skipBlanks()
                guard scanner.take(",") else { return path }
                index += 1
            }
        }
        return path
    }
}

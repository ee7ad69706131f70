/// Values of one body that were asked for as one sort and are another.
///
/// A part that is asked for decides what becomes of an event: one that is not what the sender sends is no part that is
/// missing. So the whole body counts as wrong, though nobody has to look at each value that is read.
final class Misreadings {
    /// Where the first one begins, and what was asked for, with its article.
    private(set) var first: (position: Int, wanted: String)?

    func note(at position: Int, wanted: String) {
        if first == nil { first = (position, wanted) }
    }
}

extension JSONObject {
    /// What was asked of it, and of all within the same body, and was of another sort; `nil` where nothing was.
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
    /// The keys and places that lead to the value that begins at `position` of a checked text: `commits[3].added`.
    static func path(to position: Int, in bytes: [UInt8]) -> String {
        var path = ""
        var scanner = JSONScanner(bytes)
        scanner.skipBlanks()
        // Each turn goes one level down, or to the next member.
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

/// Replaces bytes of a document; an empty range inserts.
struct TextEdit: Equatable, Sendable {
    var range: Range<Int>
    var replacement: String

    init(_ range: Range<Int>, _ replacement: String) {
        self.range = range
        self.replacement = replacement
    }

    static func insertion(_ text: String, at offset: Int) -> TextEdit {
        TextEdit(offset..<offset, text)
    }
}

/// Edits of one document, ordered by place: insertions at one place stay in the order in which they were made.
struct TextEdits: Equatable, Sendable {
    private(set) var ordered: [TextEdit] = []

    var isEmpty: Bool { ordered.isEmpty }

    init(_ edits: [TextEdit]) {
        let numbered = edits.enumerated().sorted { left, right in
            let before = (left.element.range.lowerBound, left.element.range.upperBound, left.offset)
            return before < (right.element.range.lowerBound, right.element.range.upperBound, right.offset)
        }
        ordered = numbered.map(\.element)
    }

    /// The edited bytes; `nil` where two edits overlap or one is outside the document.
    func applied(to bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 256)
        var position = 0
        for edit in ordered {
            guard edit.range.lowerBound >= position, edit.range.upperBound <= bytes.count else { return nil }
            result.append(contentsOf: bytes[position..<edit.range.lowerBound])
            result.append(contentsOf: edit.replacement.utf8)
            position = edit.range.upperBound
        }
        result.append(contentsOf: bytes[position...])
        return result
    }

    /// Whether `after` equals `before` outside the edits' ranges; it compares both texts.
    func isWholeDifference(before: [UInt8], after: [UInt8]) -> Bool {
        var old = 0
        var new = 0
        for edit in ordered {
            let kept = edit.range.lowerBound - old
            guard kept >= 0, new + kept <= after.count, edit.range.upperBound <= before.count else { return false }
            guard before[old..<old + kept] == after[new..<new + kept] else { return false }
            old = edit.range.upperBound
            new += kept + edit.replacement.utf8.count
        }
        guard new <= after.count else { return false }
        return before[old...].elementsEqual(after[new...])
    }
}

/// Proves that an edited file differs from the original only by the wanted values of the named scalars.
///
/// It reads both whole files again, event by event, and compares their bytes. It relies on nothing that planned the
/// edit, except the places of the scalars.
struct YAMLUpdateProof {
    let source: SourceText
    let targets: [YAMLTarget]
    /// By the number of their event.
    let wanted: [Int: ScalarValue]
    let edits: TextEdits

    private var place: TextPlace? { targets.first { wanted[$0.ordinal] != nil }?.place }

    func check(_ after: [UInt8]) throws(UpdateFailure) {
        guard edits.isWholeDifference(before: source.bytes, after: after) else {
            throw refusal("bytes outside the values changed")
        }
        var old = YAMLEventReader(source.bytes[source.contentStart...])
        var new = YAMLEventReader(after[source.contentStart...])
        let styles = Dictionary(targets.map { ($0.ordinal, $0.text) }) { first, _ in first }
        var ordinal = 0
        var isPastFirst = false
        while true {
            let left = try? old.next()
            let right = try? new.next()
            guard let left, let right else {
                // The original also has this unreadable later document, which the edit has not changed.
                guard left == nil, right == nil, isPastFirst else { throw refusal("the edited file could not be read") }
                return
            }
            if let value = wanted[ordinal] {
                try require(value, right, before: left, text: styles[ordinal])
            } else {
                guard Self.isSame(left, right) else { throw refusal("another value would change", at: left.place) }
            }
            if case .documentEnd = left.kind { isPastFirst = true }
            if case .streamEnd = left.kind { return }
            ordinal += 1
        }
    }

    private func refusal(_ reason: String, at place: TextPlace? = nil) -> UpdateFailure {
        .cannotProve(reason, at: place ?? self.place)
    }

    private func require(
        _ value: ScalarValue,
        _ event: YAMLEvent,
        before: YAMLEvent,
        text: String?
    ) throws(UpdateFailure) {
        guard case .scalar(let old, _) = before.kind, old == text, case .scalar(let new, let style) = event.kind,
            before.anchor == event.anchor, before.tag == event.tag
        else { throw refusal("the edited value would not be a single value", at: before.place) }
        let isRight =
            switch value {
            case .string(let text):
                new.utf8.elementsEqual(text.utf8)
                    && (style != .plain || event.tag != nil
                        || PlainScalar(new) == .string && !ScalarRules.isAmbiguous(new))
            case .bool(let flag): style == .plain && PlainScalar(new) == .bool(flag)
            case .number(let number): style == .plain && PlainScalar(new) == .number(number)
            }
        guard isRight else { throw refusal("the value would be read as another one", at: before.place) }
    }

    /// Whether the events are equal, apart from their places.
    private static func isSame(_ left: YAMLEvent, _ right: YAMLEvent) -> Bool {
        guard left.anchor == right.anchor, left.tag == right.tag else { return false }
        switch (left.kind, right.kind) {
        case (.streamStart, .streamStart), (.streamEnd, .streamEnd), (.documentStart, .documentStart),
            (.sequenceEnd, .sequenceEnd), (.mappingEnd, .mappingEnd):
            return true
        case (.documentEnd(let left), .documentEnd(let right)): return left == right
        case (.alias(let left), .alias(let right)): return left == right
        case (.scalar(let left, let leftStyle), .scalar(let right, let rightStyle)):
            return leftStyle == rightStyle && left.utf8.elementsEqual(right.utf8)
        case (.sequenceStart(let left), .sequenceStart(let right)): return left == right
        case (.mappingStart(let left), .mappingStart(let right)): return left == right
        default: return false
        }
    }
}

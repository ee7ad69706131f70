/// Plans the edits that give one scalar its new value.
struct YAMLScalarEdit {
    private let source: SourceText
    private let target: YAMLTarget
    private let update: ScalarUpdate

    /// Gives no edits where the scalar already has the value.
    static func edits(
        of target: YAMLTarget,
        to update: ScalarUpdate,
        in source: SourceText
    ) throws(UpdateFailure) -> [TextEdit] {
        let edit = YAMLScalarEdit(source: source, target: target, update: update)
        return edit.hasValue ? [] : try edit.plan()
    }

    /// Whether every reader takes the present text for the wanted value.
    private var hasValue: Bool {
        guard target.tag == nil else { return isText && update.value == .string(target.text) }
        switch update.value {
        case .string(let text):
            return target.text.utf8.elementsEqual(text.utf8)
                && (target.style != .plain || !ScalarRules.isAmbiguous(text))
        case .number(let number):
            return target.style == .plain && PlainScalar(target.text) == .number(number)
        case .bool(let flag): return target.style == .plain && target.text == (flag ? "true" : "false")
        }
    }

    /// Whether its tag marks it as text.
    private var isText: Bool { target.tag == "tag:yaml.org,2002:str" || target.tag == "!" }

    private func plan() throws(UpdateFailure) -> [TextEdit] {
        if target.tag != nil {
            guard isText, case .string = update.value else {
                throw refusal(
                    "the value has a tag",
                    hint: "remove the tag before the value, which says what it must be"
                )
            }
        }
        let start = contentStart
        let range = start..<max(start, target.range.upperBound)
        if target.style == .block { return try blockEdits(range) }
        guard !range.isEmpty else { return [try insertion(at: start)] }
        return [TextEdit(range, written)]
    }

    private var written: String {
        switch update.value {
        case .string(let text): ScalarRules.written(text, like: target.style == .block ? .plain : target.style)
        case .bool, .number: update.value.text
        }
    }

    private func refusal(_ reason: String, hint: String) -> UpdateFailure {
        .cannotEdit(key: update.key, reason: reason, at: target.place, hint: hint)
    }

    /// The start after the anchor and the tag, which an event's place includes.
    private var contentStart: Int {
        var index = target.range.lowerBound
        var left = (target.anchor == nil ? 0 : 1) + (target.tag == nil ? 0 : 1)
        while left > 0, index < target.range.upperBound {
            while index < target.range.upperBound, !isBlank(index) { index += 1 }
            left -= 1
            let end = index
            index = afterBlanks(index)
            // There is no value after them.
            if index >= target.range.upperBound { return min(end, target.range.upperBound) }
        }
        return index
    }

    /// The next byte that is not white space and not part of a comment.
    private func afterBlanks(_ start: Int) -> Int {
        var index = start
        while index < target.range.upperBound {
            if isBlank(index) {
                index += 1
            } else if source.bytes[index] == UInt8(ascii: "#"), index > start, isBlank(index - 1) {
                index = source.lineEnd(index)
            } else {
                break
            }
        }
        return index
    }

    private func isBlank(_ index: Int) -> Bool { source.isBlank(index..<index + 1) }

    /// Inserts an empty scalar's value: after the colon or the dash.
    private func insertion(at place: Int) throws(UpdateFailure) -> TextEdit {
        if target.anchor != nil || target.tag != nil { return .insertion(" " + written, at: place) }
        var before = place
        while before > 0,
            source.bytes[before - 1] == UInt8(ascii: " ") || source.bytes[before - 1] == UInt8(ascii: "\t")
        {
            before -= 1
        }
        guard before > 0, source.bytes[before - 1] == UInt8(ascii: ":") || source.bytes[before - 1] == UInt8(ascii: "-")
        else {
            throw refusal("its key is written without a colon", hint: "write a colon and a value behind the key once")
        }
        var end = place
        while end < source.bytes.count, source.bytes[end] == UInt8(ascii: " ") { end += 1 }
        // Spaces at the end of the line are removed; before a comment or a comma they stay.
        let isLineEnd = end == source.lineEnd(place)
        return TextEdit(place..<(isLineEnd ? end : place), before == place ? " " + written : written)
    }

    /// Keeps the header's comment after the value, and removes the lines of the block.
    private func blockEdits(_ range: Range<Int>) throws(UpdateFailure) -> [TextEdit] {
        var end = range.upperBound
        while end > range.lowerBound, source.isBlank(end - 1..<end) { end -= 1 }
        var headerEnd = range.lowerBound
        while headerEnd < end, !isBlank(headerEnd) { headerEnd += 1 }
        let lineEnd = min(source.lineEnd(headerEnd), end)
        return [TextEdit(range.lowerBound..<headerEnd, written), TextEdit(lineEnd..<max(lineEnd, end), "")]
    }
}

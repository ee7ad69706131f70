/// Functions on strings, with Go's meaning: positions count bytes, letters are code points.
enum TextBuiltins {
    private typealias Overload = Signature.Overload

    private static let oneText = [Overload([.string], .string)]
    private static let twoTexts = [Overload([.string, .string], .string)]

    static let all: [Builtin] = [
        Builtin("trim", oneText + twoTexts) { arguments, _ throws(ExpressionError) in
            try arguments.expect(1...2)
            let text = try arguments.text(0)
            guard arguments.count == 2 else { return .text(text.trimmed(where: RuneReader.isSpace)) }
            let set = Set(RuneReader.runes(of: try arguments.text(1).bytes).map(\.scalar))
            return .text(text.trimmed(where: set.contains))
        },
        Builtin("trimPrefix", twoTexts + oneText) { arguments, _ throws(ExpressionError) in
            let text = try arguments.text(0)
            let prefix: ByteText = arguments.count == 2 ? try arguments.text(1) : " "
            return .text(text.hasPrefix(prefix) ? ByteText(text.bytes.dropFirst(prefix.bytes.count)) : text)
        },
        Builtin("trimSuffix", twoTexts + oneText) { arguments, _ throws(ExpressionError) in
            let text = try arguments.text(0)
            let suffix: ByteText = arguments.count == 2 ? try arguments.text(1) : " "
            return .text(text.hasSuffix(suffix) ? ByteText(text.bytes.dropLast(suffix.bytes.count)) : text)
        },
        Builtin("upper", oneText) { arguments, _ throws(ExpressionError) in
            .text(try arguments.text(0).mapped(\.goUppercase))
        },
        Builtin("lower", oneText) { arguments, _ throws(ExpressionError) in
            .text(try arguments.text(0).mapped(\.goLowercase))
        },
        Builtin("split", splitting) { arguments, context throws(ExpressionError) in
            try split(arguments, &context, keepsSeparator: false)
        },
        Builtin("splitAfter", splitting) { arguments, context throws(ExpressionError) in
            try split(arguments, &context, keepsSeparator: true)
        },
        Builtin(
            "replace",
            [
                Overload([.string, .string, .string, .int], .string), Overload([.string, .string, .string], .string),
            ]
        ) { arguments, context throws(ExpressionError) in
            try arguments.expect(3...4)
            let count = arguments.count == 4 ? try arguments.integer(3) : -1
            let (text, old, new) = (try arguments.text(0), try arguments.text(1), try arguments.text(2))
            return .text(try text.replacing(old, with: new, count: count, budget: &context.budget))
        },
        Builtin("repeat", [Overload([.string, .int], .string)]) { arguments, context throws(ExpressionError) in
            let (text, count) = (try arguments.text(0), try arguments.integer(1))
            guard count >= 0 else { throw arguments.failure("takes a number of 0 or more, not \(count)") }
            guard count <= 1_000_000 else { throw ExpressionError(.limit, "memory budget exceeded") }
            try context.budget.make(elements: text.bytes.count * count)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.bytes.count * count)
            for _ in 0..<count { bytes += text.bytes }
            return .text(ByteText(bytes))
        },
        Builtin(
            "join",
            [
                Overload([.strings, .string], .string), Overload([.array(.any), .string], .string),
                Overload([.array(.any)], .string), Overload([.strings], .string),
            ]
        ) { arguments, context throws(ExpressionError) in
            let separator: ByteText = arguments.count == 2 ? try arguments.text(1) : ""
            guard case .array(let array) = arguments[0].content, array.kind == .any || array.kind == .strings else {
                throw arguments.failure("takes a list of strings, not \(arguments[0].kindName)")
            }
            var bytes: [UInt8] = []
            for (index, element) in array.elements.enumerated() {
                guard let text = element.text else {
                    throw arguments.failure("takes a list of strings, and element \(index) is \(element.kindName)")
                }
                if index > 0 { bytes += separator.bytes }
                bytes += text.bytes
                try context.budget.step()
                try context.budget.check(bytes: bytes.count)
            }
            return .text(ByteText(bytes))
        },
        Builtin("indexOf", [Overload([.string, .string], .int)]) { arguments, context throws(ExpressionError) in
            let (text, part) = (try arguments.text(0), try arguments.text(1))
            return .int(text.firstIndex(of: part) ?? -1)
        },
        Builtin("lastIndexOf", [Overload([.string, .string], .int)]) { arguments, context throws(ExpressionError) in
            let (text, part) = (try arguments.text(0), try arguments.text(1))
            return .int(text.lastIndex(of: part) ?? -1)
        },
        Builtin("hasPrefix", [Overload([.string, .string], .bool)]) { arguments, _ throws(ExpressionError) in
            .bool(try arguments.text(0).hasPrefix(try arguments.text(1)))
        },
        Builtin("hasSuffix", [Overload([.string, .string], .bool)]) { arguments, _ throws(ExpressionError) in
            .bool(try arguments.text(0).hasSuffix(try arguments.text(1)))
        },
    ]

    private static let splitting = [
        Overload([.string, .string], .strings), Overload([.string, .string, .int], .strings),
    ]

    private static func split(
        _ arguments: Arguments,
        _ context: inout BuiltinContext,
        keepsSeparator: Bool
    ) throws(ExpressionError) -> Value {
        try arguments.expect(2...3)
        let (text, separator) = (try arguments.text(0), try arguments.text(1))
        let count = arguments.count == 3 ? try arguments.integer(2) : -1
        if count == 0 { return Value(.array(ArrayValue([], kind: .strings, isNil: true))) }
        let parts = text.split(by: separator, keepsSeparator: keepsSeparator, count: count)
        try context.budget.step(parts.count)
        return Value(.array(ArrayValue(parts.map(Value.text), kind: .strings)))
    }
}

extension ByteText {
    func trimmed(where isTrimmed: (Unicode.Scalar) -> Bool) -> ByteText {
        var start = 0
        while start < bytes.count {
            let rune = RuneReader.rune(in: bytes, at: start)
            guard isTrimmed(rune.scalar) else { break }
            start += rune.width
        }
        var end = bytes.count
        while end > start {
            let rune = RuneReader.lastRune(in: bytes, before: end, from: start)
            guard isTrimmed(rune.scalar) else { break }
            end -= rune.width
        }
        return ByteText(bytes[start..<end])
    }

    func mapped(_ map: (Unicode.Scalar) -> Unicode.Scalar) -> ByteText {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for rune in RuneReader.runes(of: bytes) { output.append(contentsOf: String(map(rune.scalar)).utf8) }
        return ByteText(output)
    }

    /// Go's `strings.SplitN` and `SplitAfterN`.
    ///
    /// - Parameter count: the most parts; negative: no limit.
    func split(by separator: ByteText, keepsSeparator: Bool, count: Int) -> [ByteText] {
        if separator.isEmpty { return exploded(count) }
        let width = separator.bytes.count
        var parts: [ByteText] = []
        var start = 0
        while count < 0 || parts.count < count - 1, let place = firstIndex(of: separator, from: start) {
            parts.append(ByteText(bytes[start..<place + (keepsSeparator ? width : 0)]))
            start = place + width
        }
        return parts + [ByteText(bytes[start...])]
    }

    private func exploded(_ count: Int) -> [ByteText] {
        var parts: [ByteText] = []
        var place = 0
        while place < bytes.count {
            let isLast = count > 0 && parts.count == count - 1
            let width = isLast ? bytes.count - place : RuneReader.rune(in: bytes, at: place).width
            parts.append(ByteText(bytes[place..<place + width]))
            place += width
        }
        return parts
    }

    /// Go's `strings.Replace`: an empty text matches before each letter and at the end.
    func replacing(
        _ old: ByteText,
        with new: ByteText,
        count: Int,
        budget: inout Budget
    ) throws(ExpressionError) -> ByteText {
        guard old != new, count != 0 else { return self }
        var output: [UInt8] = []
        var (place, done) = (0, 0)
        while count < 0 || done < count {
            var found = place
            if old.isEmpty {
                if done > 0 {
                    guard place < bytes.count else { break }
                    found += RuneReader.rune(in: bytes, at: place).width
                }
            } else {
                guard let next = firstIndex(of: old, from: place) else { break }
                found = next
            }
            output += bytes[place..<found]
            output += new.bytes
            place = found + old.bytes.count
            done += 1
            try budget.step()
            try budget.check(bytes: output.count)
        }
        return ByteText(output + bytes[place...])
    }
}

extension Unicode.Scalar {
    /// Go maps one code point to one; where Unicode has only a longer form, the letter does not change.
    var goUppercase: Unicode.Scalar { Self.single(properties.uppercaseMapping) ?? self }

    var goLowercase: Unicode.Scalar {
        value == 0x130 ? "i" : Self.single(properties.lowercaseMapping) ?? self
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
}

import HoistwayModel

extension Fields {
    /// Text; values such as `true` and `1.26` must be quoted, as in Kubernetes.
    func string(_ key: String) -> String? {
        value(key).flatMap { string(of: $0, place: place(of: key)) }
    }

    /// Text that must exist and not be empty.
    func requiredString(_ key: String, hint: String? = nil) -> String? {
        guard has(key) else {
            missing(key, hint: hint)
            return nil
        }
        guard let text = string(key) else { return nil }
        guard !text.isEmpty else {
            problems.error(place(of: key), "\(key) is empty", hint: hint)
            return nil
        }
        return text
    }

    func string(of node: YamlNode, place: SourcePlace) -> String? {
        guard let scalar = node.scalar else {
            problems.error(place, "expected text, found \(node.kind)")
            return nil
        }
        guard !scalar.hasReportedProblem else { return nil }
        switch scalar.value {
        case .text(let text): return text
        case .null: return nil
        case .bool, .number:
            problems.error(place, "expected text, found \(node.kind)", hint: "put it in quotes")
            return nil
        }
    }

    func bool(_ key: String) -> Bool? {
        guard let node = value(key), !node.hasReportedProblem else { return nil }
        guard case .bool(let flag) = node.scalar?.value else {
            problems.error(place(of: key), "expected true or false, found \(node.kind)")
            return nil
        }
        return flag
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = value(key), !node.hasReportedProblem else { return nil }
        guard let scalar = node.scalar, scalar.isPlain, let number = scalar.integer else {
            problems.error(place(of: key), "expected a whole number, found \(node.kind)")
            return nil
        }
        guard range.contains(number) else {
            problems.error(place(of: key), "\(number) is outside \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// A number of bytes: plain, or with KiB, MiB or GiB.
    func bytes(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = value(key) else { return nil }
        guard let count = node.scalar.flatMap({ ByteCount.parse($0.text) }) else {
            problems.error(place(of: key), "expected a number of bytes, found \(node.kind)", hint: "such as 5 MiB")
            return nil
        }
        guard range.contains(count) else {
            problems.error(place(of: key), "\(count) bytes is outside \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return count
    }

    /// A pause or a time-out as Go writes it: `1h30m`, `250ms`; `7d` too.
    func duration(_ key: String) -> Duration? {
        guard let node = value(key), !node.hasReportedProblem else { return nil }
        guard let text = node.scalar?.text, let duration = GoDuration.parse(text) else {
            problems.error(
                place(of: key),
                "expected a duration, found \(node.scalar.map { ShownText.text($0.text) } ?? node.kind)",
                hint: "such as 30s, 5m or 1h30m"
            )
            return nil
        }
        return duration
    }

    /// One of a fixed set of words.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let text = string(key), !text.isEmpty else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        problems.error(
            place(of: key),
            "\(key) cannot be \(ShownText.text(text))",
            hint: Spelling.hint(for: text, among: known) ?? "one of \(known.joined(separator: ", "))"
        )
        return nil
    }
}

extension Fields {
    /// The mapping under a key, in this one's dialect or a stricter one.
    func fields(_ key: String, dialect: Dialect? = nil) -> Fields? {
        value(key).flatMap { Fields($0, problems: problems, dialect: dialect ?? self.dialect) }
    }

    /// The items under a key; absent is empty.
    func items(_ key: String) -> [YamlNode] {
        guard let node = value(key) else { return [] }
        guard let items = node.items else {
            problems.error(place(of: key), "expected a list, found \(node.kind)")
            return []
        }
        return items
    }

    /// The mappings in the list under a key.
    func each(_ key: String, dialect: Dialect? = nil) -> [Fields] {
        items(key).compactMap { Fields($0, problems: problems, dialect: dialect ?? self.dialect) }
    }

    /// The texts in the list under a key, each with its place.
    func placedStrings(_ key: String) -> [(text: String, place: SourcePlace)] {
        items(key).compactMap { item in string(of: item, place: item.place).map { ($0, item.place) } }
    }

    func strings(_ key: String) -> [String] { placedStrings(key).map(\.text) }

    /// Names to texts: labels, annotations.
    func stringMap(_ key: String) -> [String: String] {
        guard let node = value(key) else { return [:] }
        guard let entries = node.entries else {
            problems.error(place(of: key), "expected a mapping, found \(node.kind)")
            return [:]
        }
        var map: [String: String] = [:]
        for entry in entries {
            map[entry.key] = string(of: entry.value, place: entry.place)
        }
        return map
    }
}

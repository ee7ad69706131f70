import HoistwayModel

/// Checks a value against a shape, and lists every place that does not match.
struct BodyCheck {
    /// The most places that are listed.
    static let maxPlaces = 20

    private(set) var places: [ProblemBody.Place] = []

    /// - Parameter pointer: a JSON pointer to the value, without `#`.
    mutating func check(_ value: ConfigValue, is shape: Shape, at pointer: String) {
        guard places.count < Self.maxPlaces else { return }
        switch (shape, value) {
        case (.any, _), (.boolean, .bool), (.number, .number): break
        case (.text(let rule), .string(let text)): check(text, rule, at: pointer)
        case (.integer(let range), .number(let number)):
            guard let whole = Int64(exactly: number) else { return fault(pointer, "it must be a whole number") }
            guard range.contains(whole) else {
                return fault(pointer, "it must be from \(range.lowerBound) to \(range.upperBound)")
            }
        case (.yes, .bool(let flag)):
            guard flag else { return fault(pointer, "it can only be true") }
        case (.list(let item, let count), .list(let items)):
            if let count, !count.contains(items.count) {
                return fault(pointer, "it must have \(count.lowerBound) to \(count.upperBound) items")
            }
            for (index, value) in items.enumerated() { check(value, is: item, at: "\(pointer)/\(index)") }
        case (.map(let item), .map(let entries)):
            for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
                check(value, is: item, at: pointer + "/" + Self.token(key))
            }
        case (.object(let fields), .map(let entries)): check(entries, fields, at: pointer)
        case (.named, _): preconditionFailure("bodies that are sent have no named shapes")
        default: fault(pointer, "it must be \(Self.kind(of: shape))")
        }
    }

    private mutating func check(_ entries: [String: ConfigValue], _ rule: Shape.Fields, at pointer: String) {
        if rule.isClosed {
            let known = Set(rule.fields.map(\.name))
            for key in entries.keys.sorted() where !known.contains(key) {
                fault(pointer + "/" + Self.token(key), "there is no such key here")
            }
        }
        for field in rule.fields {
            if let value = entries[field.name] {
                check(value, is: field.shape, at: "\(pointer)/\(field.name)")
            } else if field.isRequired {
                fault("\(pointer)/\(field.name)", "it is missing")
            }
        }
        guard !rule.exactlyOne.isEmpty else { return }
        let given = rule.exactlyOne.filter { entries[$0] != nil }
        guard given.count != 1 else { return }
        fault(pointer, "exactly one of \(rule.exactlyOne.joined(separator: ", ")) must be there")
    }

    private mutating func check(_ text: String, _ rule: Shape.Text, at pointer: String) {
        if let problem = rule.problem(of: text) { fault(pointer, problem) }
    }

    private mutating func fault(_ pointer: String, _ detail: String) {
        guard places.count < Self.maxPlaces else { return }
        places.append(ProblemBody.Place(pointer: "#\(pointer)", detail: detail))
    }

    /// A key in a JSON pointer; unknown keys are shortened.
    private static func token(_ key: String) -> String {
        ShownText.bare(key).replacing("~", with: "~0").replacing("/", with: "~1")
    }

    private static func kind(of shape: Shape) -> String {
        switch shape {
        case .text: "a text"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .yes: "true"
        case .list: "a list"
        case .map, .object: "an object"
        case .named, .any: "a value"
        }
    }
}

extension Shape.Text {
    /// Why a text is invalid; `nil`: it is valid.
    func problem(of text: String) -> String? {
        if let values, !values.contains(text) { return "it must be one of \(values.joined(separator: ", "))" }
        if let count, !count.contains(text.unicodeScalars.count) {
            return "it must have \(count.lowerBound) to \(count.upperBound) characters"
        }
        if format == "date-time", Timestamp(rfc3339: text) == nil { return "it must be a time as 2026-01-02T03:04:05Z" }
        switch pattern {
        case nil: return nil
        case .some(let pattern) where pattern.matches(text): return nil
        case .objectID: return "it must have 40 hexadecimal digits in lower case"
        case .tokenName: return "it must have 1 to 64 of the characters a-z A-Z 0-9 - _ ."
        case .visible: return "it must have visible characters of ASCII only"
        case .cursor: return "this server did not give this cursor"
        case .notBlank: return "it must have a character that is no blank"
        }
    }
}

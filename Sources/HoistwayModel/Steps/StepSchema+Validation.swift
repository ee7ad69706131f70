extension StepSchema {
    /// All problems of a step's configuration, in the order of the schema's keys.
    ///
    /// A text with an expression is not checked, since its value is not known.
    package func problems(with value: ConfigValue) -> [ConfigProblem] {
        var validation = Validation()
        let value = value == .null ? .map([:]) : value
        if let config {
            validation.check(value, against: config, at: ConfigPath())
        } else {
            validation.checkAnyMapping(value, at: ConfigPath())
        }
        return validation.problems
    }

    /// How many items of a list, and unknown keys of a mapping, are reported one by one.
    private static let maxTold = 50

    private struct Validation {
        var problems: [ConfigProblem] = []

        private mutating func add(
            _ path: ConfigPath,
            _ message: String,
            hint: String? = nil,
            _ cause: ConfigProblem.Cause = .wrong
        ) {
            problems.append(ConfigProblem(path: path, cause: cause, message: message, hint: hint))
        }

        // MARK: Mappings

        mutating func checkAnyMapping(_ value: ConfigValue, at path: ConfigPath) {
            if value.map == nil { add(path, "expected a mapping, found \(value.typeName)") }
            if value.map?.isEmpty ?? false { add(path, "it has no key") }
        }

        mutating func check(_ value: ConfigValue, against mapping: Mapping, at path: ConfigPath) {
            guard let entries = value.map else {
                add(path, "expected a mapping, found \(value.typeName)")
                return
            }
            var written = 0
            for field in mapping.fields {
                let value = entries[field.name]
                if value != nil { written += 1 } else if !field.isRequired { continue }
                check(value, against: field, at: path[field.name])
            }
            if written < entries.count { tellUnknown(entries, mapping, at: path) }
            for rule in mapping.rules { check(entries, against: rule, at: path) }
        }

        private mutating func tellUnknown(_ entries: [String: ConfigValue], _ mapping: Mapping, at path: ConfigPath) {
            let known = mapping.fields.map(\.name)
            let unknown = entries.keys.filter { !known.contains($0) }.sorted()
            for key in unknown.prefix(StepSchema.maxTold) {
                add(path[key], "unknown key \(ShownText.quoted(key))", .unknownKey(known: known))
            }
            if let next = unknown.dropFirst(StepSchema.maxTold).first {
                add(path[next], "\(unknown.count - StepSchema.maxTold) more unknown keys follow")
            }
        }

        private mutating func check(_ value: ConfigValue?, against field: Field, at path: ConfigPath) {
            guard let value, value != .null else {
                guard field.isRequired else { return }
                if value == nil { return add(path, "\(field.name) is missing", .missing) }
                let what = field.type.isScalar ? ", which this step does not write" : ""
                add(
                    path,
                    "\(field.name) is null\(what)",
                    hint: "an expression that names what is not there gives null"
                )
                return
            }
            if let refusal = field.refusal, value.isGiven {
                add(path, refusal.reason, hint: refusal.hint, .refused)
                return
            }
            if value == .string("") {
                if !field.emptyIsAbsent, field.type.isText { return add(path, "\(field.name) is empty") }
                if field.emptyIsAbsent { return }
            }
            check(value, against: field.type, at: path)
        }

        // MARK: Values

        private mutating func check(_ value: ConfigValue, against type: FieldType, at path: ConfigPath) {
            if case .string(let text) = value, text.opensExpression { return }
            switch type {
            case .any: return
            case .scalar:
                switch value {
                case .null, .bool, .number, .string: return
                case .list, .map:
                    add(
                        path,
                        "expected text, a number, or true or false, found \(value.typeName)",
                        hint: "name one value of it in the expression, or write it as text with quote(…)"
                    )
                }
            case .flag:
                if value.bool == nil { add(path, "expected true or false, found \(value.typeName)") }
            case .wholeNumber(let range): checkNumber(value, in: range, at: path)
            case .list(let item, let least):
                guard let items = value.list else {
                    return add(path, "expected a list, found \(value.typeName)")
                }
                if items.count < least { add(path, "at least \(least) item\(least == 1 ? " is" : "s are") needed") }
                for (index, value) in items.enumerated() {
                    if value == .string(""), item.isText {
                        add(path[index], "an item is empty")
                    } else {
                        check(value, against: item, at: path[index])
                    }
                }
            case .mapping(let mapping): check(value, against: mapping, at: path)
            case .anyMapping: checkAnyMapping(value, at: path)
            case .textMapping:
                checkAnyMapping(value, at: path)
                for (key, value) in (value.map ?? [:]).sorted(by: { $0.key < $1.key }) where value != .string("") {
                    check(value, against: .text, at: path[key])
                }
            case .text, .path, .newFile, .fileMode, .expression, .repository, .branch, .tag, .commit, .email, .artifact,
                .artifactTag, .sha256, .choice, .duration:
                guard let text = value.string else {
                    let hint = [.bool(true), .bool(false)].contains(value) || value.isNumber ? "put it in quotes" : nil
                    return add(path, "expected text, found \(value.typeName)", hint: hint)
                }
                checkText(text, against: type, at: path)
            }
        }

        private mutating func checkNumber(_ value: ConfigValue, in range: ClosedRange<Int>, at path: ConfigPath) {
            guard case .number(let number) = value, let whole = Int(exactly: number) else {
                return add(path, "expected a whole number, found \(value.typeName)")
            }
            guard !range.contains(whole) else { return }
            add(path, "\(whole) is outside \(range.lowerBound) to \(range.upperBound)")
        }

        private mutating func checkText(_ text: String, against type: FieldType, at path: ConfigPath) {
            /// Used only where there is a problem.
            var shown: String { ShownText.quoted(text) }
            switch type {
            case .path:
                if let problem = WorkspacePath.problem(with: text) { add(path, problem) }
            case .newFile:
                if let problem = WorkspacePath.problem(with: text) ?? WorkspacePath.problem(withNewFile: text) {
                    add(path, problem)
                }
            case .fileMode:
                if let problem = Self.problem(withFileMode: text) { add(path, "\(shown) \(problem)") }
            case .repository:
                for problem in GitURL.problems(with: text) { add(path, problem.message, hint: problem.hint) }
            case .branch, .tag:
                guard let problem = GitRefName.problem(withShortName: text) else { return }
                let kind = if case .tag = type { "tag" } else { "branch" }
                let prefix = if case .tag = type { "refs/tags/" } else { "refs/heads/" }
                add(
                    path,
                    "\(shown) is not a \(kind) name that Git takes: \(problem.rawValue)",
                    hint: problem == .fullName ? "write the short name, without \(prefix)" : nil
                )
            case .commit:
                if ObjectID(text) == nil { add(path, "\(shown) is not a commit's id of 40 digits") }
            case .email:
                if !text.contains("@") { add(path, "\(shown) is not an e-mail address") }
            case .artifact, .artifactTag:
                let isTag = if case .artifactTag = type { true } else { false }
                if let problem = ArtifactReference.problem(with: text, mustHaveTag: isTag) {
                    add(
                        path,
                        "\(shown) \(problem)",
                        hint:
                            "such as \(isTag ? "" : "registry.example.com/shop/web@sha256:… or ")registry.example.com/shop/web:1.2.3"
                    )
                }
            case .sha256:
                let lower = text.lowercased()
                guard !lower.hasPrefix("sha256:") || !ImageDigest.isValid(lower) else { return }
                add(
                    path,
                    "\(shown) is not sha256: and 64 hexadecimal digits",
                    hint: "`sha256sum FILE` gives the digits; other algorithms are not known"
                )
            case .choice(let choices):
                guard !choices.contains(text) else { return }
                add(path, "it cannot be \(shown)", hint: "one of \(choices.joined(separator: ", "))")
            case .duration:
                if GoDuration.parse(text) == nil {
                    add(path, "expected a duration, found \(shown)", hint: "such as 30s, 5m or 1h30m")
                }
            case .text, .expression, .flag, .wholeNumber, .list, .mapping, .anyMapping, .textMapping, .scalar, .any:
                return
            }
        }

        private static func problem(withFileMode text: String) -> String? {
            guard text.utf8.count == 4, text.utf8.first == UInt8(ascii: "0"), let mode = UInt16(text, radix: 8) else {
                return "is not a file mode of four octal digits, the first of which is 0"
            }
            if mode & 0o111 != 0 { return "makes the file executable, which this step does not" }
            return mode & 0o002 != 0 ? "lets everybody write to the file" : nil
        }

        // MARK: Rules

        private mutating func check(_ entries: [String: ConfigValue], against rule: Rule, at path: ConfigPath) {
            func given(_ keys: [String]) -> [String] { keys.filter { entries[$0]?.isGiven ?? false } }
            switch rule {
            case .atMostOne(let keys, let says, let hint):
                let found = given(keys)
                guard found.count > 1 else { return }
                add(path[found[1]], says, hint: hint)
            case .oneGivenIfWritten(let keys, let says):
                guard given(keys).isEmpty, let written = keys.first(where: { entries[$0] != nil }) else { return }
                add(path[written], says, hint: "an expression that names what is not there gives null")
            case .anyOf(let keys, let says):
                if given(keys).isEmpty { add(path, says) }
            case .exactlyOne(let keys, let says):
                let found = given(keys)
                guard found.count != 1 else { return }
                add(found.isEmpty ? path : path[found[1]], says)
            case .needs(let key, let others, let says):
                if !given([key]).isEmpty, given(others).isEmpty { add(path[key], says) }
            case .excludes(let key, let others, let says):
                guard !given([key]).isEmpty, let other = given(others).first else { return }
                add(path[key], "\(says) \(other)")
            case .unique(let list, let keys):
                checkUnique(entries[list]?.list ?? [], by: keys, at: path[list])
            }
        }

        private mutating func checkUnique(_ items: [ConfigValue], by keys: [String], at path: ConfigPath) {
            var seen: [String: Int] = [:]
            for (index, item) in items.enumerated() {
                let key = keys.first { item[$0]?.isGiven ?? false }
                guard let text = keys.isEmpty ? item.string : key.flatMap({ item[$0]?.string }), !text.opensExpression
                else { continue }
                if let first = seen[text] {
                    add(
                        key.map { path[index][$0] } ?? path[index],
                        "\(ShownText.quoted(text)) is used by item \(first + 1) already"
                    )
                } else {
                    seen[text] = index
                }
            }
        }
    }
}

extension ConfigValue {
    fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}

extension StepSchema.FieldType {
    /// Whether its values are texts.
    package var isText: Bool {
        switch self {
        case .text, .path, .newFile, .fileMode, .expression, .repository, .branch, .tag, .commit, .email, .artifact,
            .artifactTag, .sha256, .choice, .duration:
            true
        case .flag, .wholeNumber, .list, .mapping, .anyMapping, .textMapping, .scalar, .any: false
        }
    }

    var isScalar: Bool { if case .scalar = self { true } else { false } }
}

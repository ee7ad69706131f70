import HoistwayModel

/// Kargo's functions besides those of templates.
package enum KargoFunctions {
    /// The signature of a function, and the places where it may be called.
    struct Row {
        let signature: Signature
        let places: Set<ExpressionPlace>
    }

    private static let promotion: Set<ExpressionPlace> = [.step, .variable]

    private static let origin = Nature.object(KargoTypes.origin)

    static let rows: [Row] = [
        Row(signature: Signature("warehouse", [.string], origin), places: promotion),
        row("commitFrom", [[.string], [.string, origin]], KargoTypes.commit),
        row("imageFrom", [[.string], [.string, origin]], KargoTypes.image),
        row(
            "chartFrom",
            [[.string], [.string, .string], [.string, origin], [.string, .string, origin]],
            KargoTypes.chart
        ),
        row("artifactFrom", [[.string], [.string, origin]], KargoTypes.artifact),
        // With a key, it has the form of Kargo 1.6 to 1.9.
        Row(
            signature: Signature(
                "freightMetadata",
                [Signature.Overload([.string], .map), Signature.Overload([.string, .string], .any)]
            ),
            places: promotion
        ),
        named("freightStatus", .map), named("stageMetadata", .map),
        named("configMap", .stringMap), named("sharedConfigMap", .stringMap),
        named("secret", .stringMap), named("sharedSecret", .stringMap),
        Row(signature: Signature("semverDiff", [.string, .string], .string), places: promotion),
        Row(signature: Signature("semverParse", [.string], .object(SemverFunctions.type)), places: promotion),
        Row(signature: Signature("always", [], .bool), places: [.step]),
        Row(signature: Signature("success", [], .bool), places: [.step]),
        Row(signature: Signature("failure", [], .bool), places: [.step]),
        Row(signature: Signature("status", [.string], .string), places: [.step]),
    ]

    private static func row(_ name: String, _ forms: [[Nature]], _ result: ObjectType) -> Row {
        let overloads = forms.map { Signature.Overload($0, .object(result)) }
        return Row(signature: Signature(name, overloads), places: promotion)
    }

    private static func named(_ name: String, _ result: Nature) -> Row {
        Row(signature: Signature(name, [.string], result), places: promotion)
    }

    private static let ofCriteria: [Signature] = [
        Signature("commitFrom", [.string], .object(KargoTypes.discoveredCommit)),
        Signature("imageFrom", [.string], .object(KargoTypes.discoveredImage)),
        Signature(
            "chartFrom",
            [
                Signature.Overload([.string], .object(KargoTypes.chart)),
                Signature.Overload([.string, .string], .object(KargoTypes.chart)),
            ]
        ),
        Signature("artifactFrom", [.string], .object(KargoTypes.artifact)),
    ]

    /// The functions that expressions in that place may call, for parsing and checking.
    package static func signatures(in place: ExpressionPlace) -> [String: Signature] {
        let all = place == .freightCriteria ? ofCriteria : rows.filter { $0.places.contains(place) }.map(\.signature)
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }

    /// The implementations, for evaluation.
    package static func functions(
        in place: ExpressionPlace,
        of surroundings: PromotionSurroundings
    ) -> [String: Scope.HostFunction] {
        guard place == .step || place == .variable else { return [:] }
        let all = artifacts(of: surroundings).merging(lookups(of: surroundings)) { one, _ in one }
            .merging(statuses(of: surroundings)) { one, _ in one }.merging(versions) { one, _ in one }
        let allowed = signatures(in: place)
        return all.filter { allowed[$0.key] != nil }
    }

    // MARK: Reading arguments

    static func text(_ arguments: [Value], _ index: Int, _ name: String) throws(ExpressionError) -> String {
        guard index < arguments.count, let text = arguments[index].text else {
            let given = index < arguments.count ? arguments[index].kindName : "nothing"
            throw ExpressionError(
                .evaluation,
                "`\(name)` takes a string as its argument \(index + 1), not \(given)",
                hint: given == "nil" ? "the variable may be missing or misspelt" : nil
            )
        }
        return text.string
    }

    static func count(_ arguments: [Value], _ range: ClosedRange<Int>, _ name: String) throws(ExpressionError) {
        guard range.contains(arguments.count) else {
            let wanted =
                range.lowerBound == range.upperBound
                ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw ExpressionError(.evaluation, "`\(name)` takes \(wanted) arguments, not \(arguments.count)")
        }
    }

    // MARK: Data, states and versions

    private static func lookups(of surroundings: PromotionSurroundings) -> [String: Scope.HostFunction] {
        func lookup(
            _ name: String,
            missing: Value,
            needsName: Bool,
            takesKey: Bool = false,
            secret: Bool = false,
            _ find: @escaping PromotionSurroundings.Lookup
        ) -> (String, Scope.HostFunction) {
            (
                name,
                { arguments throws(ExpressionError) in
                    try count(arguments, 1...(takesKey ? 2 : 1), name)
                    let key = try text(arguments, 0, name)
                    if needsName, key.isEmpty {
                        throw ExpressionError(.evaluation, "`\(name)` takes a name, not an empty string")
                    }
                    let found = try find(key) ?? missing
                    if arguments.count == 2 { return try member(text(arguments, 1, name), of: found, name) }
                    return secret ? found.markedThroughout(Marks(secrets: ["\(name)('\(key)')"])) : found
                }
            )
        }
        return Dictionary(
            uniqueKeysWithValues: [
                lookup(
                    "freightMetadata",
                    missing: .null,
                    needsName: true,
                    takesKey: true,
                    surroundings.freightMetadata
                ),
                lookup("freightStatus", missing: .null, needsName: true, surroundings.freightStatus),
                lookup("stageMetadata", missing: .null, needsName: true, surroundings.stageMetadata),
                lookup("configMap", missing: .strings([:]), needsName: false, surroundings.configMap),
                lookup("sharedConfigMap", missing: .strings([:]), needsName: false, surroundings.sharedConfigMap),
                lookup("secret", missing: .strings([:]), needsName: false, secret: true, surroundings.secret),
                lookup(
                    "sharedSecret",
                    missing: .strings([:]),
                    needsName: false,
                    secret: true,
                    surroundings.sharedSecret
                ),
            ]
        )
    }

    /// Nil where the member does not exist.
    private static func member(_ key: String, of value: Value, _ name: String) throws(ExpressionError) -> Value {
        guard !key.isEmpty else { throw ExpressionError(.evaluation, "`\(name)` takes a key, not an empty string") }
        return value[key] ?? .null
    }

    private static func statuses(of surroundings: PromotionSurroundings) -> [String: Scope.HostFunction] {
        let hasFailed = surroundings.steps.contains {
            !$0.continueOnError && ($0.status == "Failed" || $0.status == "Errored")
        }
        let (namespace, _) = parts(of: surroundings.currentAlias)
        return [
            "always": { _ throws(ExpressionError) in .bool(true) },
            "success": { arguments throws(ExpressionError) in
                try count(arguments, 0...0, "success")
                return .bool(!hasFailed)
            },
            "failure": { arguments throws(ExpressionError) in
                try count(arguments, 0...0, "failure")
                return .bool(hasFailed)
            },
            "status": { arguments throws(ExpressionError) in
                try count(arguments, 1...1, "status")
                let alias = try text(arguments, 0, "status")
                guard !alias.isEmpty else {
                    throw ExpressionError(.evaluation, "`status` takes a step's alias, not an empty string")
                }
                let step = surroundings.steps.first { parts(of: $0.alias) == (namespace, alias) }
                return .string(step?.status ?? "")
            },
        ]
    }

    /// The task's alias, empty outside of tasks, and the step's own alias.
    static func parts(of alias: String) -> (namespace: String, name: String) {
        let parts = ByteText(alias).split(by: "::", keepsSeparator: false, count: -1).map(\.string)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", alias)
    }

    private static let versions: [String: Scope.HostFunction] = [
        "semverDiff": { arguments throws(ExpressionError) in
            try count(arguments, 2...2, "semverDiff")
            return .string(
                SemverFunctions.difference(try text(arguments, 0, "semverDiff"), try text(arguments, 1, "semverDiff"))
            )
        },
        "semverParse": { arguments throws(ExpressionError) in
            try count(arguments, 1...1, "semverParse")
            return try SemverFunctions.parse(try text(arguments, 0, "semverParse"))
        },
    ]
}

extension KargoFunctions {
    /// Whether every template may call it: it is a function of the language or of templates.
    package static func isOfEveryTemplate(_ name: String) -> Bool {
        BuiltinTable.names.contains(name) || TemplateFunctions.signatures[name] != nil
    }

    /// All functions that any expression may call: those of the language, of templates and of Kargo.
    package static let allNames: Set<String> = BuiltinTable.names.union(TemplateFunctions.signatures.keys)
        .union(rows.map(\.signature.name))
}

import HoistwayModel

/// `semverDiff` and `semverParse`, as in Masterminds' semver.
enum SemverFunctions {
    /// ⚠ Pre-releases do not count: `1.0.0-rc1` and `1.0.0-rc2` have no difference.
    static func difference(_ one: String, _ other: String) -> String {
        guard let first = Semver(loose: one), let second = Semver(loose: other) else { return "Incomparable" }
        if first.major != second.major { return "Major" }
        if first.minor != second.minor { return "Minor" }
        if first.patch != second.patch { return "Patch" }
        return (first.metadata ?? "") == (second.metadata ?? "") ? "None" : "Metadata"
    }

    static func parse(_ text: String) throws(ExpressionError) -> Value {
        guard let version = Semver(loose: text) else {
            throw ExpressionError(
                .evaluation,
                "\"\(text)\" is no semantic version",
                hint: "a version has up to three numbers, as `1.2.3`, and may begin with `v`"
            )
        }
        return value(version)
    }

    /// The results of `Inc…()` have this type too; their nature stays unknown, since the type does not exist yet here.
    static let type = ObjectType(
        name: "Version",
        isPointer: true,
        fields: [],
        methods: [
            "Major": number(0), "Minor": number(1), "Patch": number(2),
            "Prerelease": text(3), "Metadata": text(4), "Original": text(5),
            "String": Method([], .string) { receiver, _ in .text(shown(receiver)) },
            "IncMajor": increase { major, _ in (Int.addingOne(major), 0, 0) },
            "IncMinor": increase { ($0, Int.addingOne($1), 0) },
            "IncPatch": Method([], .unknown) { receiver, _ in
                let parts = fields(receiver)
                // A pre-release comes before its release: so the release is the next patch.
                let isPrerelease = !(parts[3].text?.isEmpty ?? true)
                let patch = parts[2].truncated ?? 0
                return make(
                    parts[0].truncated ?? 0,
                    parts[1].truncated ?? 0,
                    isPrerelease ? patch : Int.addingOne(patch),
                    isVPrefixed(receiver)
                )
            },
        ],
        jsonText: { object in shown(Value(.object(object))) }
    )

    private static func value(_ version: Semver) -> Value {
        Value(
            .object(
                ObjectValue(
                    type,
                    [
                        .int(Int(clamping: version.major)), .int(Int(clamping: version.minor)),
                        .int(Int(clamping: version.patch)), .string(version.prerelease.joined(separator: ".")),
                        .string(version.metadata ?? ""), .string(version.original),
                    ]
                )
            )
        )
    }

    private static func make(_ major: Int, _ minor: Int, _ patch: Int, _ isVPrefixed: Bool) -> Value {
        let text = "\(major).\(minor).\(patch)"
        return Value(
            .object(
                ObjectValue(
                    type,
                    [
                        .int(major), .int(minor), .int(patch), .string(""), .string(""),
                        .string((isVPrefixed ? "v" : "") + text),
                    ]
                )
            )
        )
    }

    private static func increase(_ next: @escaping @Sendable (Int, Int) -> (Int, Int, Int)) -> Method {
        Method([], .unknown) { receiver, _ in
            let parts = fields(receiver)
            let (major, minor, patch) = next(parts[0].truncated ?? 0, parts[1].truncated ?? 0)
            return make(major, minor, patch, isVPrefixed(receiver))
        }
    }

    private static func fields(_ receiver: Value) -> [Value] {
        guard case .object(let object) = receiver.content else { return Array(repeating: .null, count: 6) }
        return object.fields
    }

    private static func isVPrefixed(_ receiver: Value) -> Bool { fields(receiver)[5].text?.hasPrefix("v") ?? false }

    private static func number(_ index: Int) -> Method { Method([], .int) { receiver, _ in fields(receiver)[index] } }

    private static func text(_ index: Int) -> Method { Method([], .string) { receiver, _ in fields(receiver)[index] } }

    private static func shown(_ receiver: Value) -> ByteText {
        let parts = fields(receiver)
        let numbers = parts.prefix(3).map(\.goText.string).joined(separator: ".")
        let (prerelease, metadata) = (parts[3].text?.string ?? "", parts[4].text?.string ?? "")
        return ByteText(
            numbers + (prerelease.isEmpty ? "" : "-" + prerelease) + (metadata.isEmpty ? "" : "+" + metadata)
        )
    }
}

extension Int {
    fileprivate static func addingOne(_ number: Int) -> Int { number == .max ? number : number + 1 }
}

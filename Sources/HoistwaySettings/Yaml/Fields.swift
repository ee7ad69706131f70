import HoistwayModel

/// How an unknown key is treated: it depends on who wrote the text.
enum Dialect {
    /// Our own file: an unknown key is an error.
    case ours
    /// Kargo's manifests: a warning, since a newer Kargo may have the key. An error where it differs from a known key
    /// by one or two letters, since its meaning would be lost.
    case kargo
    /// The part of Kargo's manifests that selects freight: a key that resembles a known one is an error, since it was
    /// meant to decide what is pushed. One that resembles no known key is a warning.
    case selecting
    /// Kargo's manifests with `strict: true`, and everything whose unknown keys would change what is pushed.
    case strict

    /// - Parameters:
    ///   - near: a known key that it resembles.
    ///   - missed: a known key that differs by one or two letters.
    func severity(ofUnknownKey near: String?, missed: String?) -> Problem.Severity {
        switch self {
        case .ours, .strict: .error
        case .kargo: missed == nil ? .warning : .error
        case .selecting: near == nil && missed == nil ? .warning : .error
        }
    }
}

/// Reads one mapping, and remembers which keys were read, so that the others can be reported.
///
/// A value of the wrong type is reported and treated as absent. Lives inside one loading; never shared.
final class Fields {
    let node: YamlNode
    let problems: ProblemList
    let dialect: Dialect
    private let entries: [YamlEntry]
    private var asked: [String] = []

    /// `nil` (and a problem) where the node is not a mapping.
    init?(_ node: YamlNode, problems: ProblemList, dialect: Dialect) {
        guard let entries = node.entries else {
            problems.error(node.place, "expected a mapping, found \(node.kind)")
            return nil
        }
        self.node = node
        self.entries = entries
        self.problems = problems
        self.dialect = dialect
    }

    /// The same mapping with the same keys read, and another list of problems.
    init(_ other: Fields, problems: ProblemList) {
        node = other.node
        self.problems = problems
        dialect = other.dialect
        entries = other.entries
        asked = other.asked
    }

    var place: SourcePlace { node.place }

    /// The place of the key, or the place where it is missing.
    func place(of key: String) -> SourcePlace {
        if let entry = entries.first(where: { $0.key == key }) { return entry.place }
        let path = place.path.isEmpty ? key : "\(place.path).\(key)"
        return SourcePlace(file: place.file, line: place.line, path: path)
    }

    /// The value, unchanged; `nil` where the key is absent or null.
    func value(_ key: String) -> YamlNode? {
        if !asked.contains(key) { asked.append(key) }
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }

    func has(_ key: String) -> Bool { value(key) != nil }

    /// Declares keys that are known and have no effect.
    func accept(_ keys: String...) { accept(keys) }

    func accept(_ keys: [String]) {
        for key in keys { _ = value(key) }
    }

    /// Reports a key that is known, but has no effect.
    func note(_ key: String, _ severity: Problem.Severity, _ message: String, hint: String? = nil) {
        guard has(key) else { return }
        problems.add(severity, place(of: key), message, hint: hint)
    }

    func missing(_ key: String, hint: String? = nil) {
        let written = entries.first { !asked.contains($0.key) && Spelling.nearMiss(of: $0.key, among: [key]) != nil }
        let found = written.map { "line \($0.place.line) has \(ShownText.text($0.key))" }
        problems.error(place(of: key), "\(key) is missing", hint: found ?? hint)
    }

    /// A problem with the value was reported: its real value is not known.
    func hasReportedProblem(_ key: String) -> Bool { value(key)?.hasReportedProblem ?? false }

    /// A key without a value, as in `spec:`.
    func isEmpty(_ key: String) -> Bool { entries.contains { $0.key == key && $0.value.isNull } }

    /// How many unknown keys of one mapping are reported one by one.
    private static let maxUnknown = 50

    /// Reports every key that was not read.
    ///
    /// Call it once, after all keys were read.
    func finish(hint: String? = nil) {
        let unknown = entries.filter { !asked.contains($0.key) }
        if let first = unknown.dropFirst(Self.maxUnknown).first {
            problems.add(
                dialect == .kargo ? .warning : .error,
                first.place,
                "\(unknown.count - Self.maxUnknown) more unknown keys follow"
            )
        }
        for entry in unknown.prefix(Self.maxUnknown) {
            let isKargos = KargoVocabulary.keys.contains(entry.key)
            let missed = isKargos ? nil : Spelling.nearMiss(of: entry.key, among: asked.sorted())
            let near = missed.map { "did you mean \($0)?" } ?? Spelling.hint(for: entry.key, among: asked.sorted())
            let list = asked.isEmpty ? nil : "known here: \(asked.sorted().joined(separator: ", "))"
            problems.add(
                dialect.severity(ofUnknownKey: near, missed: missed),
                entry.place,
                "unknown key \(ShownText.text(entry.key))",
                hint: hint ?? near ?? list
            )
        }
    }
}

/// Words of a file in a message, see ``ShownText``.
extension ShownText {
    static func text(_ text: String) -> String { quoted(text) }
}

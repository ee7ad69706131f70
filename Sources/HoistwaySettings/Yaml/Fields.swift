import HoistwayModel

/// Who wrote the text decides how an unknown key is taken.
enum Dialect {
    /// Our own file: an unknown key is an error.
    case ours
    /// Kargo's manifests: a warning, since a newer Kargo may know more; an error where it misses a known key by a
    /// letter or two, since what it was to say would be lost.
    case kargo
    /// What selects freight in Kargo's manifests: a key that is nearly a known one is an error, since it was meant to
    /// decide what is pushed; one that is like none is a warning.
    case selecting
    /// Kargo's manifests with `strict: true`, and everything whose unknown keys would change what is pushed.
    case strict

    /// - Parameters:
    ///   - near: a known key that it resembles.
    ///   - missed: a known key that it misses by a letter or two.
    func severity(ofUnknownKey near: String?, missed: String?) -> Problem.Severity {
        switch self {
        case .ours, .strict: .error
        case .kargo: missed == nil ? .warning : .error
        case .selecting: near == nil && missed == nil ? .warning : .error
        }
    }
}

/// Reads one mapping, and remembers which keys were asked for, so that the others can be told.
///
/// A value of the wrong type is told and read as absent. Lives inside one loading; never shared.
final class Fields {
    let node: YamlNode
    let problems: ProblemList
    let dialect: Dialect
    private let entries: [YamlEntry]
    private var asked: [String] = []

    /// `nil` (and a problem) where the node is no mapping.
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

    var place: SourcePlace { node.place }

    /// Where the key is, or where it would be.
    func place(of key: String) -> SourcePlace {
        if let entry = entries.first(where: { $0.key == key }) { return entry.place }
        let path = place.path.isEmpty ? key : "\(place.path).\(key)"
        return SourcePlace(file: place.file, line: place.line, path: path)
    }

    /// The value as it stands; `nil` where the key is absent or null.
    func value(_ key: String) -> YamlNode? {
        if !asked.contains(key) { asked.append(key) }
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }

    func has(_ key: String) -> Bool { value(key) != nil }

    /// Declares keys that are known and have nothing to say here.
    func accept(_ keys: String...) { accept(keys) }

    func accept(_ keys: [String]) {
        for key in keys { _ = value(key) }
    }

    /// Tells of a key that is known, but is not acted on.
    func note(_ key: String, _ severity: Problem.Severity, _ message: String, hint: String? = nil) {
        guard has(key) else { return }
        problems.add(severity, place(of: key), message, hint: hint)
    }

    func missing(_ key: String, hint: String? = nil) {
        let written = entries.first { !asked.contains($0.key) && Spelling.nearMiss(of: $0.key, among: [key]) != nil }
        let found = written.map { "line \($0.place.line) has \(ShownText.text($0.key))" }
        problems.error(place(of: key), "\(key) is missing", hint: found ?? hint)
    }

    /// A value was told of there: what it would be is not known.
    func isTold(_ key: String) -> Bool { value(key)?.holdsTold ?? false }

    /// A key that is there without a value, as in `spec:`.
    func isEmpty(_ key: String) -> Bool { entries.contains { $0.key == key && $0.value.isNull } }

    /// How many unknown keys of one mapping are told one by one.
    private static let maxUnknown = 50

    /// Tells of every key that nobody asked for.
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

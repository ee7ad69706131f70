import HoistwayCrypto
import HoistwayModel

/// The entries of a Secret manifest: `data` in base64, and `stringData`, which wins.
///
/// Its values never appear in a message.
final class SecretData {
    private struct Value {
        var bytes: [UInt8]
        var place: SourcePlace
    }

    private var values: [String: Value] = [:]
    private let whole: SourcePlace
    private let reported: Set<String>

    init(fields: Fields, problems: ProblemList) {
        whole = fields.place
        let entries = ["data", "stringData"].flatMap { fields.value($0)?.entries ?? [] }
        reported = Set(entries.filter { $0.value.hasReportedProblem }.map(\.key))
        for (key, text, place) in Self.entries("data", of: fields, problems: problems) {
            guard let bytes = Base64.decode(text.filter { !$0.isWhitespace }) else {
                problems.error(place, "the value is not base64", hint: "plain text goes under stringData")
                continue
            }
            values[key] = Value(bytes: bytes, place: place)
        }
        for (key, text, place) in Self.entries("stringData", of: fields, problems: problems) {
            values[key] = Value(bytes: Array(text.utf8), place: place)
        }
    }

    /// Whether a problem with the value was reported.
    func hasReportedProblem(_ key: String) -> Bool { reported.contains(key) }

    func text(_ key: String) -> String? {
        values[key].map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// `nil` where it is absent or empty.
    func secret(_ key: String) -> Secret? {
        guard let value = values[key], !value.bytes.isEmpty else { return nil }
        return Secret(value.bytes)
    }

    /// All of them, for expressions.
    var secrets: [String: Secret] { values.mapValues { Secret($0.bytes) } }

    func place(of key: String) -> SourcePlace { values[key]?.place ?? whole }

    /// Warns of keys that are not part of a credential.
    func warnOfUnused(problems: ProblemList) {
        let known = [
            "repoURL", "repoURLIsRegex", "username", "password", "sshPrivateKey", "githubAppClientID", "githubAppID",
            "githubAppInstallationID", "githubAppPrivateKey",
        ]
        for (key, value) in values where !known.contains(key) {
            problems.warning(
                value.place,
                "\(ShownText.text(key)) is no part of a credential: it is not used",
                hint: Spelling.hint(for: key, among: known)
            )
        }
    }

    private static func entries(
        _ key: String,
        of fields: Fields,
        problems: ProblemList
    ) -> [(key: String, text: String, place: SourcePlace)] {
        guard let node = fields.value(key) else { return [] }
        guard let entries = node.entries else {
            problems.error(fields.place(of: key), "expected a mapping, found \(node.kind)")
            return []
        }
        return entries.compactMap { entry in
            fields.string(of: entry.value, place: entry.place).map { (entry.key, $0, entry.place) }
        }
    }
}

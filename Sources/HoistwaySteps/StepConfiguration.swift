import HoistwayModel
import HoistwayPorts

/// A step's configuration that its schema accepts: keys that are absent, null or empty texts are not in it.
struct StepConfiguration: Sendable {
    /// With the values that count as absent.
    let all: [String: ConfigValue]
    private let entries: [String: ConfigValue]

    /// - Parameter value: it is not checked here; see ``StepSchema/problems(with:)``.
    init(passed value: ConfigValue) {
        all = value.map ?? [:]
        entries = all.filter { $0.value != .null && $0.value != .string("") }
    }

    func text(_ key: String) -> String? { entries[key]?.string }

    /// The text of a key that the schema requires.
    func requiredText(_ key: String) -> String {
        guard let text = text(key) else { preconditionFailure("the schema has not required \(key)") }
        return text
    }

    /// The value as it is written, including an empty text.
    func value(_ key: String) -> ConfigValue { all[key] ?? .null }

    func wholeNumber(_ key: String) -> Int? {
        guard case .number(let number)? = entries[key] else { return nil }
        return Int(exactly: number)
    }

    func flag(_ key: String) -> Bool { entries[key]?.bool ?? false }

    func texts(_ key: String) -> [String] { (entries[key]?.list ?? []).compactMap(\.string) }

    func items(_ key: String) -> [StepConfiguration] { (entries[key]?.list ?? []).map(StepConfiguration.init(passed:)) }

    /// The values of a mapping with any keys: none counts as absent.
    func values(_ key: String) -> [String: ConfigValue] { entries[key]?.map ?? [:] }

    func mapping(_ key: String) -> StepConfiguration? { entries[key].map(StepConfiguration.init(passed:)) }

    /// The author of commits, where the step names one.
    var author: CommitAuthor? {
        mapping("author").map { CommitAuthor(name: $0.requiredText("name"), email: $0.requiredText("email")) }
    }

    /// The warehouse that the old form `fromOrigin` names.
    var origin: String? { mapping("fromOrigin")?.text("name") }
}

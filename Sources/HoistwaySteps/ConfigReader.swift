import HoistwayModel
import HoistwayPorts

/// Reads a step's configuration and says exactly which key is wrong.
struct ConfigReader {
    private let step: String
    private let path: String
    private let entries: [String: ConfigValue]

    /// Refuses keys that are not known.
    init(_ value: ConfigValue, step: String, path: String = "config", known: [String]) throws(StepFailure) {
        self.step = step
        self.path = path
        switch value {
        case .map(let map): entries = map.filter { $0.value != .null }
        case .null: entries = [:]
        default: throw .config(step: step, path: path, problem: "must be a mapping")
        }
        for key in entries.keys.sorted() where !known.contains(key) {
            throw .config(
                step: step,
                path: "\(path).\(key)",
                problem: "is not known; known are \(known.joined(separator: ", "))"
            )
        }
    }

    func failure(_ key: String, _ problem: String) -> StepFailure {
        .config(step: step, path: key.isEmpty ? path : "\(path).\(key)", problem: problem)
    }

    func has(_ key: String) -> Bool { entries[key] != nil }

    func text(_ key: String) throws(StepFailure) -> String? {
        guard let value = entries[key] else { return nil }
        return try text(value, key)
    }

    func requiredText(_ key: String) throws(StepFailure) -> String {
        guard let text = try text(key) else { throw failure(key, "is required") }
        return text
    }

    func flag(_ key: String) throws(StepFailure) -> Bool {
        guard let value = entries[key] else { return false }
        guard let flag = value.bool else { throw failure(key, "must be true or false") }
        return flag
    }

    func list(_ key: String) throws(StepFailure) -> [ConfigValue] {
        guard let value = entries[key] else { return [] }
        guard let list = value.list else { throw failure(key, "must be a list") }
        return list
    }

    func texts(_ key: String) throws(StepFailure) -> [String] {
        var result: [String] = []
        for (index, item) in try list(key).enumerated() { result.append(try text(item, "\(key)[\(index)]")) }
        return result
    }

    /// A reader for each mapping of a list.
    func readers(_ key: String, known: [String]) throws(StepFailure) -> [ConfigReader] {
        var result: [ConfigReader] = []
        for (index, item) in try list(key).enumerated() {
            result.append(try ConfigReader(item, step: step, path: "\(path).\(key)[\(index)]", known: known))
        }
        return result
    }

    func reader(_ key: String, known: [String]) throws(StepFailure) -> ConfigReader? {
        guard let value = entries[key] else { return nil }
        return try ConfigReader(value, step: step, path: "\(path).\(key)", known: known)
    }

    /// Whom commits name, where the step says it.
    func author() throws(StepFailure) -> CommitAuthor? {
        guard let author = try reader("author", known: ["name", "email", "signingKey"]) else { return nil }
        guard !author.has("signingKey") else {
            throw author.failure("signingKey", "is not supported: commits are not signed")
        }
        let email = try author.requiredText("email")
        guard email.contains("@") else { throw author.failure("email", "is not an e-mail address") }
        return CommitAuthor(name: try author.requiredText("name"), email: email)
    }

    /// The warehouse that Kargo's `fromOrigin` names.
    func origin() throws(StepFailure) -> String? {
        guard let origin = try reader("fromOrigin", known: ["kind", "name"]) else { return nil }
        try origin.requireOne("kind", of: ["Warehouse"])
        return try origin.requiredText("name")
    }

    /// At most one of the keys may be there.
    func requireAtMostOne(_ keys: String...) throws(StepFailure) {
        let given = keys.filter(has)
        if given.count > 1 { throw failure(given[1], "excludes \(given[0])") }
    }

    func requireOne(_ key: String, of choices: [String]) throws(StepFailure) {
        guard let text = try text(key), !choices.contains(text) else { return }
        throw failure(key, "must be one of \(choices.joined(separator: ", "))")
    }

    /// A whole number from 1 on, where the key is there.
    func requireCount(_ key: String) throws(StepFailure) {
        guard let value = entries[key] else { return }
        guard case .number(let number) = value, number >= 1, number == number.rounded(), number < 2_147_483_648 else {
            throw failure(key, "must be a whole number from 1 on")
        }
    }

    private func text(_ value: ConfigValue, _ key: String) throws(StepFailure) -> String {
        guard let text = value.string else { throw failure(key, "must be a text; put it in quotes") }
        guard !text.isEmpty else { throw failure(key, "must not be empty") }
        // Settings refuse these already; a text that slipped through must not reach a branch name.
        guard !text.contains("${{"), !text.contains("${%") else {
            throw failure(key, "holds an expression, and expressions are not supported yet")
        }
        return text
    }
}

/// Beginnings of names that are enough to tell the shown ones apart.
enum ShortNames {
    /// Letters of a promotion's ULID that are shown at least: its time to 32 ms.
    private static let leastTime = 9

    /// For each name `stage.ulid.freight` a beginning that no other one of the list has.
    static func of(promotions names: [String]) -> [String: String] {
        var short: [String: String] = [:]
        let sorted = Set(names).sorted()
        for (place, name) in sorted.enumerated() {
            let neighbours = [place > 0 ? sorted[place - 1] : "", place + 1 < sorted.count ? sorted[place + 1] : ""]
            let shared = neighbours.map { zip($0, name).prefix { $0 == $1 }.count }.max() ?? 0
            let stage = name.split(separator: ".", omittingEmptySubsequences: false).dropLast(2).joined(separator: ".")
            short[name] = String(name.prefix(max(shared + 1, stage.count + 1 + leastTime)))
        }
        return short
    }
}

/// The versions of artifacts in few letters: `1.1.0`; with their names where there are several.
enum ShortVersion {
    static func text(_ artifacts: [(name: String, version: String)]) -> String {
        guard artifacts.count != 1 else { return artifacts[0].version }
        return artifacts.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    }
}

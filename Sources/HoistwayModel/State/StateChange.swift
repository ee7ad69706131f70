/// A step's change of Hoistway's own state; stored in the transaction that stores the step's outcome.
package enum StateChange: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case stage = "Stage"
        case freight = "Freight"
    }

    /// Sets values in the metadata of a stage or of freight; other keys stay.
    case setMetadata(Kind, name: String, values: [String: ConfigValue])
    case setFreightAlias(name: String, alias: String)

    /// Most metadata of one object, counted in characters of its keys and values.
    package static let maxMetadata = 256 * 1024

    /// Gives the changes of the state.
    ///
    /// - Parameters:
    ///   - project: the step's project; it cannot change other projects.
    package func changes(in project: Project, on state: PipelineState) throws(StateChangeFailure) -> [Change] {
        switch self {
        case .setMetadata(.stage, let name, let values):
            let key = StageKey(project: project.name, name: name)
            guard project.stages[name] != nil else { throw .noStage(name) }
            var record = state.stages[key] ?? StageRecord(key: key)
            record.metadata = try Self.merged(record.metadata, values, of: "the stage \(name)")
            return [.putStage(record)]
        case .setMetadata(.freight, let name, let values):
            var record = try Self.freight(name, project: project.name, state)
            record.metadata = try Self.merged(record.metadata, values, of: "the freight \(record.freight.alias)")
            return [.putFreight(record)]
        case .setFreightAlias(let name, let alias):
            var record = try Self.freight(name, project: project.name, state)
            guard FreightAlias.isValid(alias) else { throw .invalidAlias(alias) }
            guard record.freight.alias != alias else { return [] }
            let named = state.freight[FreightKey(project: project.name, id: FreightID(alias))]
            let others = state.freight(named: alias, in: project.name) + [named].compactMap(\.self)
            if let other = others.first(where: { $0.key != record.key }) {
                throw .aliasTaken(alias, by: other.freight.id)
            }
            record.freight.alias = alias
            return [.putFreight(record)]
        }
    }

    private static func merged(
        _ old: [String: ConfigValue]?,
        _ new: [String: ConfigValue],
        of what: String
    ) throws(StateChangeFailure) -> [String: ConfigValue] {
        let merged = (old ?? [:]).merging(new) { _, new in new }
        let size = ConfigValue.map(merged).roughSize
        guard size <= maxMetadata else { throw .tooLarge(what) }
        return merged
    }

    /// Finds freight by its name, otherwise by its alias.
    private static func freight(
        _ name: String,
        project: String,
        _ state: PipelineState
    ) throws(StateChangeFailure) -> FreightRecord {
        if let record = state.freight[FreightKey(project: project, id: FreightID(name))] { return record }
        guard let record = state.freight(named: name, in: project).first else { throw .noFreight(name) }
        return record
    }
}

/// Why a step's change of the state cannot be made.
package enum StateChangeFailure: Diagnosable, Equatable {
    case noStage(String)
    case noFreight(String)
    case invalidAlias(String)
    case aliasTaken(String, by: FreightID)
    case tooLarge(String)

    package var message: String {
        switch self {
        case .noStage(let name): "there is no stage \(ShownText.quoted(name)) in this project"
        case .noFreight(let name): "there is no freight \(ShownText.quoted(name)) in this project"
        case .invalidAlias(let alias): "\(ShownText.quoted(alias)) cannot be an alias"
        case .aliasTaken(let alias, let id): "the alias \(ShownText.quoted(alias)) is taken by freight \(id.short)"
        case .tooLarge(let what):
            "the metadata of \(what) would be larger than \(StateChange.maxMetadata >> 10) KiB"
        }
    }

    package var hint: String? {
        switch self {
        case .invalidAlias:
            "1 to 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends"
        default: nil
        }
    }

    /// Whether the requested change itself is invalid; other failures may be temporary.
    package var isTerminal: Bool {
        switch self {
        case .aliasTaken, .invalidAlias: true
        case .noStage, .noFreight, .tooLarge: false
        }
    }
}

extension FreightAlias {
    /// Whether Kubernetes accepts it as the value of a label, and it does not look like a flag or a path.
    package static func isValid(_ alias: String) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let bytes = Array(alias.utf8)
        guard (1...63).contains(bytes.count), isPlain(bytes[0]), isPlain(bytes[bytes.count - 1]) else { return false }
        return bytes.allSatisfy { isPlain($0) || "-_.".utf8.contains($0) }
    }
}

extension ConfigValue {
    /// The characters of all keys and texts, and a fixed number for each value.
    package var roughSize: Int {
        switch self {
        case .null, .bool, .number: 8
        case .string(let text): text.utf8.count + 8
        case .list(let items): items.reduce(8) { $0 + $1.roughSize }
        case .map(let entries): entries.reduce(8) { $0 + $1.key.utf8.count + $1.value.roughSize }
        }
    }
}

import FoundationEssentials
import HoistwayModel

/// Values as JSON, keys sorted.
enum JSONText {
    static func bytes(of value: ConfigValue) -> [UInt8] { bytes(PlainJSON(value)) }

    static func bytes(of patch: KubernetesPatch) -> [UInt8] {
        switch patch {
        case .merge(let value): bytes(of: value)
        case .json(let operations): bytes(operations)
        }
    }

    private static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // JSON and YAML have no such numbers, but arithmetic could produce one.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity",
            negativeInfinity: "-Infinity",
            nan: "NaN"
        )
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("texts, flags and numbers can always be written as JSON")
        }
        return Array(data)
    }
}

/// What a finished step of a promotion has given: later steps read it, also after a restart.
///
/// It stands apart from ``StepRecord``, in a table of its own: outputs may be large, and decisions do not need them.
package struct StepResult: Sendable, Equatable, Codable {
    /// Of all values of one step, in bytes.
    package static let maxBytes = 1 << 20
    /// Of all steps of a promotion, in bytes.
    package static let maxBytesOfPromotion = 8 << 20

    /// With the namespace of its task.
    package var alias: String
    package var outputs: [String: ConfigValue]
    /// Its configuration as it was evaluated; `***` stands for values of secrets.
    package var config: ConfigValue?
    /// Which secrets went into its configuration, as `secret('NAME')`, sorted; `nil`: none.
    package var secrets: [String]?

    package init(
        alias: String,
        outputs: [String: ConfigValue] = [:],
        config: ConfigValue? = nil,
        secrets: [String]? = nil
    ) {
        self.alias = alias
        self.outputs = outputs
        self.config = config
        self.secrets = secrets
    }
}

extension StepResult {
    private enum CodingKeys: String, CodingKey { case alias, outputs, config, secrets }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        alias = try container.decode(String.self, forKey: .alias)
        outputs = try container.decode([String: PlainJSON].self, forKey: .outputs).mapValues(\.value)
        config = try container.decodeIfPresent(PlainJSON.self, forKey: .config)?.value
        secrets = try container.decodeIfPresent([String].self, forKey: .secrets)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(alias, forKey: .alias)
        try container.encode(outputs.mapValues(PlainJSON.init), forKey: .outputs)
        try container.encodeIfPresent(config.map(PlainJSON.init), forKey: .config)
        try container.encodeIfPresent(secrets, forKey: .secrets)
    }
}

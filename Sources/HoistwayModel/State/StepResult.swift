/// The outputs of a finished step of a promotion: later steps read them, also after a restart.
///
/// They are stored separately from ``StepRecord``, in their own table: outputs may be large, and decisions do not use
/// them.
package struct StepResult: Sendable, Equatable, Codable {
    /// The most bytes of all values of one step.
    package static let maxBytes = 1 << 20
    /// The most bytes of all steps of a promotion.
    package static let maxBytesOfPromotion = 8 << 20

    /// The alias with the namespace of its task.
    package var alias: String
    package var outputs: [String: ConfigValue]
    /// Its evaluated configuration; `***` replaces secret values.
    package var config: ConfigValue?
    /// The secrets in its configuration, in the form `secret('NAME')`, sorted; `nil`: there are none.
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

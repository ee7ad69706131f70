package import HoistwayExpressions
package import HoistwayModel

/// What expressions of steps can read by name, besides freight.
package struct StepLookups: Sendable {
    package typealias Lookup = @Sendable (_ name: String) -> [String: ConfigValue]?
    /// The data of a ConfigMap or a Secret.
    package typealias Data = @Sendable (_ name: String) -> [String: String]?

    package var freightMetadata: Lookup = { _ in nil }
    package var freightStatus: Lookup = { _ in nil }
    package var stageMetadata: Lookup = { _ in nil }
    package var configMap: Data = { _ in nil }
    package var sharedConfigMap: Data = { _ in nil }
    package var secret: Data = { _ in nil }
    package var sharedSecret: Data = { _ in nil }

    package init() {}

    package func give(to surroundings: inout PromotionSurroundings) {
        surroundings.freightMetadata = Self.values(freightMetadata)
        surroundings.freightStatus = Self.values(freightStatus)
        surroundings.stageMetadata = Self.values(stageMetadata)
        surroundings.configMap = Self.values(configMap)
        surroundings.sharedConfigMap = Self.values(sharedConfigMap)
        surroundings.secret = Self.values(secret)
        surroundings.sharedSecret = Self.values(sharedSecret)
    }

    /// All values of a Secret.
    ///
    /// - Parameter mark: the mark that expressions put on their values: `secret('NAME')`, `sharedSecret('NAME')`.
    func values(ofSecret mark: String) -> [String] {
        let find = mark.hasPrefix("sharedSecret(") ? sharedSecret : secret
        return find(HTTPPolicy.secretName(mark)).map { Array($0.values) } ?? []
    }

    private static func values(_ lookup: @escaping Lookup) -> PromotionSurroundings.Lookup {
        { name throws(ExpressionError) in lookup(name).map { Value(.map($0)) } }
    }

    private static func values(_ lookup: @escaping Data) -> PromotionSurroundings.Lookup {
        { name throws(ExpressionError) in lookup(name).map(Value.strings) }
    }
}

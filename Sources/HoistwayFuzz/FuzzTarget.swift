/// One decoder of bytes from an untrusted source, and its first inputs.
///
/// An input passes when the decoder returns or throws within the limits of ``MutationRun``; a broken promise ends the
/// process.
struct FuzzTarget: Sendable {
    let name: String
    /// Valid inputs, and ones that failed once.
    ///
    /// Mutations start from them.
    let seeds: [[UInt8]]
    /// Words of the format, which random changes would rarely write.
    let words: [String]
    let run: @Sendable ([UInt8]) -> Void

    static let all: [FuzzTarget] = [
        .webhooks, .kustomizations, .yamlUpdates, .jsonUpdates, .tomlUpdates, .fluxSetters, .yamlMerges, .manifests,
        .packets, .packs,
        .deltas,
        .trees, .versions, .addresses, .links, .chartIndexes, .patterns, .expressions, .applications, .forges,
        .archives,
    ]

    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Ends the process where the promise is broken, so that the input is found.
func promise(_ holds: Bool, _ promise: @autoclosure () -> String) {
    guard !holds else { return }
    fatalError("broken promise: \(promise())")
}

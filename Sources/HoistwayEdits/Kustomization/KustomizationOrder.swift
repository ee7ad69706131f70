/// Makes kustomize keep the order of the resources in a kustomization.
///
/// Kargo does not sort, but the programs do, and only `kustomize` has a flag to switch it off. A second kustomization
/// with `sortOptions` around the first one would also work. But it would ignore the `buildMetadata` of the first,
/// change the paths of `originAnnotations`, and could not contain a `Component`.
package enum KustomizationOrder {
    private static let option = "sortOptions: {order: fifo}"

    /// The document with `sortOptions` before its first key; unchanged where it already has them.
    package static func keepingOrder(_ document: [UInt8]) throws(EditFailure) -> [UInt8] {
        let before = try YAMLDocument(SourceText(document)).root
        guard let pairs = before.pairs, case .mapping(_, let isFlow) = before.content else {
            throw .rootNotMapping(line: before.line)
        }
        if let own = pairs.first(where: { $0.key.scalar == "sortOptions" }), !own.value.resolved.isNull {
            return document
        }
        guard let first = pairs.first else { return document }
        let place = first.key.range.lowerBound
        var lineStart = place
        while lineStart > 0, !SourceText.isBreak(document[lineStart - 1]) { lineStart -= 1 }
        let indentation = document[lineStart..<place].filter { $0 == UInt8(ascii: " ") }
        let text = isFlow ? Array("\(option), ".utf8) : Array("\(option)\n".utf8) + indentation
        let result = Array(document[..<place]) + text + Array(document[place...])
        let after = try YAMLDocument(SourceText(result)).root
        let same = after.pairs.map { new in
            new.first?.key.scalar == "sortOptions" && new.count == pairs.count + 1
                && zip(new.dropFirst(), pairs).allSatisfy {
                    $0.key.scalar == $1.key.scalar && $0.value.weight == $1.value.weight
                        && $0.range.count == $1.range.count
                }
        }
        guard same == true else {
            throw .cannotProve(line: first.key.line, reason: "sortOptions could not be added before the first key")
        }
        return result
    }
}

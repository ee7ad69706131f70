/// Makes kustomize keep the order in which a kustomization names its resources.
///
/// Kargo does not sort, the programs do, and only `kustomize` has a flag against it. A second kustomization around the
/// first one with `sortOptions` would work too, but it takes `buildMetadata` away from the first, changes the paths of
/// `originAnnotations`, and cannot hold a `Component`.
package enum KustomizationOrder {
    private static let option = "sortOptions: {order: fifo}"

    /// The document with `sortOptions` before its first key; as it is where it has some.
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

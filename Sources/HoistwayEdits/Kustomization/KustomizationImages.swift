/// Reads what a kustomization says of images.
package enum KustomizationImages {
    /// The entries in their order; of several with one name only the first, which is the one that counts.
    package static func entries(of document: [UInt8]) throws(EditFailure) -> [ImageEntry] {
        let list = try ImageList(YAMLDocument(SourceText(document)))
        var seen: Set<String> = []
        return list.entries.filter { seen.insert($0.name).inserted }
    }
}

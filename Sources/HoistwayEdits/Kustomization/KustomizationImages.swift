/// Reads the image entries of a kustomization.
package enum KustomizationImages {
    /// The entries in their order; if several have one name, only the first, which kustomize uses.
    package static func entries(of document: [UInt8]) throws(EditFailure) -> [ImageEntry] {
        let list = try ImageList(YAMLDocument(SourceText(document)))
        var seen: Set<String> = []
        return list.entries.filter { seen.insert($0.name).inserted }
    }
}

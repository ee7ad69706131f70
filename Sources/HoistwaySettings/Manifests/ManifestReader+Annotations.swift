import HoistwayModel

extension ManifestReader {
    /// The annotations of a Stage or a Warehouse that the program acts on or shows; `nil`: the object has no such annotation.
    func annotations(of manifest: Manifest) -> ObjectAnnotations? {
        func value(_ name: String) -> String? {
            manifest.annotations[ObjectAnnotations.prefix + name].flatMap { $0.isEmpty ? nil : $0 }
        }
        var annotations = ObjectAnnotations(
            color: value("color"),
            description: value("description"),
            refresh: value("refresh"),
            reverify: value("reverify"),
            abort: value("abort")
        )
        if let color = annotations.color, color.wholeMatch(of: #/#[0-9a-fA-F]{6}/#) == nil {
            problems.warning(
                annotationPlace("color", of: manifest),
                "\(ShownText.text(color)) is not a color of the form #rrggbb: it is left out"
            )
            annotations.color = nil
        }
        return annotations == ObjectAnnotations() ? nil : annotations
    }

    /// Reports annotations and labels with Kargo's prefix that differ from a known one by one or two letters; others
    /// are ignored.
    func checkAnnotations(_ manifest: Manifest) {
        for (names, known, what) in [
            (manifest.annotations.keys, KargoVocabulary.annotations, "annotation"),
            (manifest.labels.keys, KargoVocabulary.labels, "label"),
        ] {
            for key in names.sorted() where key.hasPrefix(ObjectAnnotations.prefix) {
                let name = String(key.dropFirst(ObjectAnnotations.prefix.count))
                guard !known.contains(name), let near = Spelling.nearMiss(of: name, among: known.sorted()) else {
                    continue
                }
                problems.warning(
                    annotationPlace(name, of: manifest),
                    "there is no \(what) \(ShownText.text(key)): it has no effect",
                    hint: "did you mean \(ObjectAnnotations.prefix)\(near)?"
                )
            }
        }
    }

    private func annotationPlace(_ name: String, of manifest: Manifest) -> SourcePlace {
        let metadata = manifest.fields.value("metadata")
        let entries = (metadata?["annotations"]?.entries ?? []) + (metadata?["labels"]?.entries ?? [])
        return entries.first { $0.key == ObjectAnnotations.prefix + name }?.place ?? manifest.place
    }
}

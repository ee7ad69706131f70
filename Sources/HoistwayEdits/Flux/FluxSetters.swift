/// Sets the values that have Flux's markers, and changes nothing else.
///
/// It edits like ``YAMLUpdate``: it replaces only the scalar and keeps its quotes. Then it reads the edited file again:
/// if the values are not exactly the intended ones, nothing is done. Flux itself writes the whole file again; it keeps
/// comments, and mostly the indentation.
package enum FluxSetters {
    /// The new values for one policy: a part that is `nil` is not known.
    package struct Image: Hashable, Sendable {
        package var name: String
        package var tag: String?
        package var digest: String?
        /// Whether a whole reference gets tag and digest, where both are known; otherwise it gets only the tag.
        package var reflectsDigest: Bool

        package init(name: String, tag: String?, digest: String?, reflectsDigest: Bool = false) {
            self.name = name
            self.tag = tag
            self.digest = digest
            self.reflectsDigest = reflectsDigest
        }

        package func value(of part: FluxMarker.Part) -> String? {
            switch part {
            case .name: return name
            case .tag: return tag
            case .digest: return digest
            case .reference:
                guard let tag else { return digest.map { "\(name)@\($0)" } }
                guard reflectsDigest else { return "\(name):\(tag)" }
                return digest.map { "\(name):\(tag)@\($0)" }
            }
        }
    }

    /// A scalar that was set, and its marker.
    package struct Change: Equatable, Sendable {
        package var marker: FluxMarker
        package var change: ScalarChange
    }

    package struct Edit: Equatable, Sendable {
        package var bytes: [UInt8]
        /// In the order of the file; the key is one of ``FluxSetters/keys(of:)``.
        package var changes: [Change]
        /// `false`: `bytes` are the original ones.
        package var changed: Bool { changes.contains(where: \.change.changed) }
    }

    /// - Parameter images: by policy; values with markers of other policies stay unchanged.
    package static func apply(_ images: [String: Image], to document: [UInt8]) throws(UpdateFailure) -> Edit {
        try apply(to: document) { marker, key, place throws(UpdateFailure) in
            guard let image = images[marker.policy] else { return nil }
            guard let value = image.value(of: marker.part) else {
                let part = marker.part == .tag ? "tag" : "digest"
                throw .cannotEdit(
                    key: key,
                    reason: "the marker needs the image's \(part), which is not known",
                    at: place,
                    hint:
                        "give the step's policy \(marker.policy) the \(part) too, or neither tag nor digest: then both "
                        + "are the freight's"
                )
            }
            return .string(value)
        }
    }

    /// Sets values by the keys of markers; a key without a marker is an error.
    package static func setting(
        _ values: [String: ScalarValue],
        in document: [UInt8]
    ) throws(UpdateFailure) -> [UInt8] {
        let edit = try apply(to: document) { _, key, _ throws(UpdateFailure) in values[key] }
        let present = Set(edit.changes.map(\.change.key))
        if let absent = values.keys.filter({ !present.contains($0) }).min() {
            throw .missing(
                key: absent,
                part: absent,
                in: "",
                known: present.sorted(),
                at: TextPlace(line: 1, column: 1)
            )
        }
        return edit.bytes
    }

    /// The values with markers of some policies, by the marker's key.
    ///
    /// - Parameters:
    ///   - policies: `nil`: all.
    ///   - document: a document that cannot be read has no markers.
    package static func scalars(of policies: Set<String>?, in document: [UInt8]) -> [String: ScalarLookup.Found] {
        guard FluxMarker.isIn(document), let source = try? UpdateKeys.source(document),
            let found = try? FluxMarkerSearch.find(in: source).found
        else { return [:] }
        var scalars: [String: ScalarLookup.Found] = [:]
        for (item, key) in zip(found, keys(of: found.map(\.marker))) {
            guard policies?.contains(item.marker.policy) ?? true else { continue }
            scalars[key] = ScalarLookup.Found(text: item.target.text, isPlain: item.target.style == .plain)
        }
        return scalars
    }

    /// The markers' texts; if a text occurs again, it gets a number: `apps:web:tag`, `apps:web:tag#2`.
    private static func keys(of markers: [FluxMarker]) -> [String] {
        var counts: [FluxMarker: Int] = [:]
        return markers.map { marker in
            let count = counts[marker, default: 0] + 1
            counts[marker] = count
            return count == 1 ? marker.text : "\(marker.text)#\(count)"
        }
    }

    private static func apply(
        to document: [UInt8],
        value: (FluxMarker, String, TextPlace) throws(UpdateFailure) -> ScalarValue?
    ) throws(UpdateFailure) -> Edit {
        let source = try UpdateKeys.source(document)
        let search = try FluxMarkerSearch.find(in: source)
        var edits: [TextEdit] = []
        var changes: [Change] = []
        var wanted: [Int: ScalarValue] = [:]
        for (item, key) in zip(search.found, keys(of: search.found.map(\.marker))) {
            let target = item.target
            guard let value = try value(item.marker, key, target.place) else { continue }
            if let problem = value.problem { throw .value(key: key, problem) }
            let own = try YAMLScalarEdit.edits(of: target, to: ScalarUpdate(key: key, value: value), in: source)
            if !own.isEmpty { wanted[target.ordinal] = value }
            edits += own
            changes.append(
                Change(
                    marker: item.marker,
                    change: ScalarChange(
                        key: key,
                        old: target.text,
                        new: value.text,
                        place: target.place,
                        alsoReadAt: target.anchors.flatMap { search.aliases[$0] ?? [] },
                        changed: !own.isEmpty
                    )
                )
            )
        }
        guard !edits.isEmpty else { return Edit(bytes: document, changes: changes) }
        let plan = TextEdits(edits)
        guard let bytes = plan.applied(to: document) else {
            throw .cannotProve("two changes touch the same bytes", at: changes.first?.change.place)
        }
        let targets = search.found.map(\.target)
        try YAMLUpdateProof(source: source, targets: targets, wanted: wanted, edits: plan).check(bytes)
        return Edit(bytes: bytes, changes: changes)
    }
}

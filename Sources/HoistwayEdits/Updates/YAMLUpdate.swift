/// A scalar of a file that updates set.
package struct ScalarChange: Equatable, Sendable {
    /// The key in the last update that sets it.
    package var key: String
    /// The text before, without quotes; empty where there was no text, `nil` where the key did not exist.
    package var old: String?
    /// The text after, without quotes.
    package var new: String
    /// The place in the file before the edit; `nil` where the key did not exist.
    package var place: TextPlace?
    /// Places of aliases that read the same value; at most ten.
    package var alsoReadAt: [TextPlace] = []
    /// `false`: it already had the value, and its bytes are the same.
    package var changed: Bool
}

/// A file before and after an update of its values.
package struct UpdateEdit: Equatable, Sendable {
    package var bytes: [UInt8]
    /// One for each scalar, in the order of the file; keys that were added come last.
    package var changes: [ScalarChange]
    /// `false`: `bytes` are the original ones.
    package var changed: Bool { changes.contains(where: \.changed) }
}

/// Sets scalars of a YAML file, and changes nothing else: `yaml-update`, and the steps that build on it.
///
/// Kargo's rules for keys: they apply to the first document, no key is created, and of several updates of one scalar
/// the last counts. Kargo replaces the rest of the line; here only the scalar is replaced, and keeps its quotes.
/// Comments, anchors and the rest of the line stay. The edited file is read again: if its values are not exactly the
/// intended ones, nothing is done.
package enum YAMLUpdate {
    package static let maxUpdates = 1_000

    package static func apply(_ updates: [ScalarUpdate], to document: [UInt8]) throws(UpdateFailure) -> UpdateEdit {
        guard updates.count <= maxUpdates else {
            throw .tooManyUpdates(count: updates.count, limit: maxUpdates)
        }
        let paths = try UpdateKeys.paths(of: updates)
        let source = try UpdateKeys.source(document)
        let found = try YAMLScalarSearch.find(keys: updates.map(\.key), paths: paths, in: source)
        if let first = found.failures.keys.min(), let failure = found.failures[first] { throw failure }
        var edits: [TextEdit] = []
        var changes: [ScalarChange] = []
        var wanted: [Int: ScalarValue] = [:]
        for target in found.targets {
            guard let last = target.updates.last else { continue }
            let update = updates[last]
            let own = try YAMLScalarEdit.edits(of: target, to: update, in: source)
            if !own.isEmpty { wanted[target.ordinal] = update.value }
            edits += own
            changes.append(
                ScalarChange(
                    key: update.key,
                    old: target.text,
                    new: update.value.text,
                    place: target.place,
                    alsoReadAt: target.anchors.flatMap { found.aliases[$0] ?? [] },
                    changed: !own.isEmpty
                )
            )
        }
        guard !edits.isEmpty else { return UpdateEdit(bytes: document, changes: changes) }
        let plan = TextEdits(edits)
        guard let bytes = plan.applied(to: document) else {
            throw .cannotProve("two changes touch the same bytes", at: found.targets.first?.place)
        }
        try YAMLUpdateProof(source: source, targets: found.targets, wanted: wanted, edits: plan).check(bytes)
        return UpdateEdit(bytes: bytes, changes: changes)
    }
}

/// The first steps of all updates.
enum UpdateKeys {
    static func paths(of updates: [ScalarUpdate]) throws(UpdateFailure) -> [KeyPath] {
        var paths: [KeyPath] = []
        for update in updates {
            if let problem = update.value.problem { throw .value(key: update.key, problem) }
            do throws(KeyPathFailure) {
                paths.append(try KeyPath(update.key))
            } catch {
                throw .key(update.key, error)
            }
        }
        return paths
    }

    static func source(_ document: [UInt8]) throws(UpdateFailure) -> SourceText {
        do throws(EditFailure) {
            return try SourceText(document, limit: YAMLLimits.valuesBytes)
        } catch {
            throw UpdateFailure(error)
        }
    }
}

/// Merges YAML files: `yaml-merge`.
///
/// Kargo's rules (<https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/yaml/merge2>):
///
/// - Only the first document of each file is merged; later files win. An empty file does not count.
/// - Mappings are merged, single values and lists are replaced.
/// - Null removes a key, but a null in the first file stays.
/// - In manifests of Kubernetes' own kinds, lists with a merge key are merged by it, and `$patch` applies.
/// - A new key comes after the existing ones, sorted by name.
/// - Quotes of texts become double quotes and comments are removed, but a single file is copied unchanged.
package enum YAMLMerge {
    /// A file to be merged.
    package struct Input: Sendable {
        /// The name in the configuration, for messages.
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    package static let maxInputs = 100

    /// A failure and its file.
    package struct Failure: Error, Equatable {
        package var file: String
        package var failure: UpdateFailure
    }

    /// The merged file; empty where there is nothing to merge.
    package static func merge(_ inputs: [Input]) throws(Failure) -> [UInt8] {
        guard inputs.count <= maxInputs else {
            let excess = UpdateFailure.tooManyUpdates(count: inputs.count, limit: maxInputs)
            throw Failure(file: inputs.first?.name ?? "", failure: excess)
        }
        var merged: MergeValue?
        var used: [Input] = []
        for input in inputs {
            do throws(UpdateFailure) {
                guard let value = try read(input) else { continue }
                used.append(input)
                guard let before = merged else {
                    merged = value
                    continue
                }
                merged = try MergeWalk(file: input.name).merge(value, into: before, key: "", schema: .root) ?? merged
            } catch {
                throw Failure(file: input.name, failure: error)
            }
        }
        guard let merged, let first = used.first else { return [] }
        if used.count == 1, isSingle(first.bytes) { return first.bytes }
        do throws(UpdateFailure) {
            return try written(merged)
        } catch {
            throw Failure(file: used.last?.name ?? first.name, failure: error)
        }
    }

    /// The output `commitMessage`; `nil` without files.
    ///
    /// - Parameters:
    ///   - inputs: the files that exist, with their names in the configuration.
    ///   - output: its name in the configuration.
    package static func message(inputs: [String], output: String) -> String? {
        guard inputs.count > 1 else { return inputs.first.map { "Wrote \($0) to \(output)" } }
        return (["Merged \(inputs.count) YAML files to \(output)"] + inputs.map { "- " + $0 }).joined(separator: "\n")
    }

    private static func read(_ input: Input) throws(UpdateFailure) -> MergeValue? {
        let source = try UpdateKeys.source(input.bytes)
        let text = String(decoding: source.bytes[source.contentStart...], as: UTF8.self)
        let hint = "correct the file; nothing was merged"
        switch YAMLWeight.excess(of: text, values: YAMLLimits.nodes, depth: YAMLLimits.depth, onlyFirst: true) {
        case .values(let line)?:
            throw .unreadable(
                "more than \(YAMLLimits.nodes) values, aliases followed",
                at: TextPlace(line: line, column: 1),
                hint: hint
            )
        case .depth(let line)?:
            throw .unreadable(
                "nested deeper than \(YAMLLimits.depth) levels",
                at: TextPlace(line: line, column: 1),
                hint: hint
            )
        case nil: break
        }
        do throws(YAMLTree.Failure) {
            guard let tree = try YAMLTree.first(of: text) else { return nil }
            let value = try MergeValue(tree)
            return value.isNull ? nil : value
        } catch {
            throw .unreadable(
                "not valid YAML: \(error.problem)",
                at: TextPlace(line: error.line, column: 1),
                hint: hint
            )
        }
    }

    /// Whether a file has no document after its first.
    private static func isSingle(_ bytes: [UInt8]) -> Bool {
        var reader = YAMLEventReader(bytes)
        var documents = 0
        // A document that cannot be read does not count.
        while let event = try? reader.next() {
            switch event.kind {
            case .documentStart: documents += 1
            case .streamEnd: return documents <= 1
            default: continue
            }
        }
        return false
    }

    /// The text, after it was read again and found to have the same value.
    private static func written(_ value: MergeValue) throws(UpdateFailure) -> [UInt8] {
        var writer = YAMLWriter()
        writer.write(document: value)
        let text = writer.text
        let again: MergeValue?
        do throws(YAMLTree.Failure) {
            again = try YAMLTree.first(of: text).map { tree throws(YAMLTree.Failure) in try MergeValue(tree) }
        } catch {
            throw .cannotProve("the merged file could not be read: \(error.problem)", at: nil)
        }
        guard let again, again.isSame(as: value) else {
            throw .cannotProve("the merged file would have other values", at: value.place)
        }
        return Array(text.utf8)
    }
}

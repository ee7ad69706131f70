/// Reads scalars of a file by the keys of updates.
package enum ScalarLookup {
    package enum Format: Sendable, Hashable {
        case yaml, json, toml
        /// YAML, where Flux's markers identify values: see ``FluxSetters``.
        case fluxMarkers
    }

    /// The text of a scalar, and whether it has no quotes.
    package struct Found: Sendable, Equatable {
        package var text: String
        package var isPlain: Bool

        /// The value that must be written to get the same scalar.
        var value: ScalarValue {
            guard isPlain else { return .string(text) }
            switch text {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default:
                guard let number = Double(text), ScalarValue.text(of: number) == text else { return .string(text) }
                return .number(number)
            }
        }
    }

    /// The scalars by key; a key without a scalar is left out.
    ///
    /// - Parameter document: a document that cannot be read has no scalars.
    package static func scalars(of keys: [String], in document: [UInt8], _ format: Format) -> [String: Found] {
        if format == .fluxMarkers {
            let wanted = Set(keys)
            return FluxSetters.scalars(of: nil, in: document).filter { wanted.contains($0.key) }
        }
        if format == .toml { return TOMLUpdate.scalars(of: Set(keys), in: document) }
        var found: [String: Found] = [:]
        for key in Set(keys) {
            // The step that sets the key reports errors in the key or in the file.
            switch format {
            case .yaml:
                guard let path = try? KeyPath(key), let source = try? UpdateKeys.source(document),
                    let target = try? YAMLScalarSearch.find(keys: [key], paths: [path], in: source).targets.first
                else { continue }
                found[key] = Found(text: target.text, isPlain: target.style == .plain)
            case .json:
                let edit = try? JSONUpdate.apply([ScalarUpdate(key: key, value: .string(""))], to: document)
                guard let old = edit?.changes.first?.old else { continue }
                found[key] = Found(text: old, isPlain: false)
            case .toml, .fluxMarkers: continue
            }
        }
        return found
    }

    /// The file with scalars that were read from another file.
    package static func setting(
        _ scalars: [String: Found],
        in document: [UInt8],
        _ format: Format
    ) throws(UpdateFailure) -> [UInt8] {
        let updates = scalars.sorted { $0.key < $1.key }.map { ScalarUpdate(key: $0.key, value: $0.value.value) }
        return switch format {
        case .yaml: try YAMLUpdate.apply(updates, to: document).bytes
        case .json: try JSONUpdate.apply(updates, to: document).bytes
        case .toml: try TOMLUpdate.apply(updates, to: document).bytes
        case .fluxMarkers: try FluxSetters.setting(scalars.mapValues(\.value), in: document)
        }
    }
}

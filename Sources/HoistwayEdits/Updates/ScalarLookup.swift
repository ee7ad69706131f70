/// Reads scalars of a file by the keys that updates have for them.
package enum ScalarLookup {
    package enum Format: Sendable, Hashable {
        case yaml, json, toml
        /// YAML, in which values are found by Flux's markers: see ``FluxSetters``.
        case fluxMarkers
    }

    /// What a scalar says, and whether it is written without quotes.
    package struct Found: Sendable, Equatable {
        package var text: String
        package var isPlain: Bool

        /// What has to be written so that the same stands there.
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

    /// By key; a key that leads to no scalar is left out.
    ///
    /// - Parameter document: what cannot be read has no scalars.
    package static func scalars(of keys: [String], in document: [UInt8], _ format: Format) -> [String: Found] {
        if format == .fluxMarkers {
            let wanted = Set(keys)
            return FluxSetters.scalars(of: nil, in: document).filter { wanted.contains($0.key) }
        }
        if format == .toml { return TOMLUpdate.scalars(of: Set(keys), in: document) }
        var found: [String: Found] = [:]
        for key in Set(keys) {
            // What is wrong with a key or with the file is for the step to tell that sets it.
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

    /// The file with scalars as they were found elsewhere.
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

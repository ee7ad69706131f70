/// Which objects of a kind are listed or watched.
package struct ObjectSelection: Sendable, Hashable {
    /// `nil`: all namespaces.
    package var namespace: String?
    /// All must hold.
    package var labels: [LabelRequirement]
    /// Fields by their paths, such as `metadata.name`; other selectable fields depend on the kind.
    package var fields: [String: String]

    package init(namespace: String?, labels: [LabelRequirement] = [], fields: [String: String] = [:]) {
        self.namespace = namespace
        self.labels = labels
        self.fields = fields
    }

    /// One object.
    package static func only(_ key: ObjectKey) -> ObjectSelection {
        ObjectSelection(namespace: key.namespace, fields: ["metadata.name": key.name])
    }

    /// `name=value` pairs of a query, values not escaped yet.
    var query: [(String, String)] {
        var query: [(String, String)] = []
        if !labels.isEmpty { query.append(("labelSelector", labels.map(\.text).joined(separator: ","))) }
        if !fields.isEmpty {
            let terms = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.escaped($0.value))" }
            query.append(("fieldSelector", terms.joined(separator: ",")))
        }
        return query
    }

    /// <https://github.com/kubernetes/apimachinery/blob/master/pkg/fields/selector.go>: backslash, comma and `=`.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing(",", with: "\\,").replacing("=", with: "\\=")
    }
}

/// One condition on an object's labels, as in `matchLabels` and `matchExpressions`:
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>.
package enum LabelRequirement: Sendable, Hashable {
    case equals(String, String)
    case isIn(String, [String])
    /// True also for objects without the label.
    case isNotIn(String, [String])
    case exists(String)
    case isAbsent(String)

    var text: String {
        switch self {
        case .equals(let key, let value): "\(key)=\(value)"
        case .isIn(let key, let values): "\(key) in (\(values.joined(separator: ",")))"
        case .isNotIn(let key, let values): "\(key) notin (\(values.joined(separator: ",")))"
        case .exists(let key): key
        case .isAbsent(let key): "!\(key)"
        }
    }

    /// Why it must not be sent; `nil` where it is valid.
    ///
    /// A value with a comma or a bracket would become another condition.
    var problem: String? {
        let (key, values): (String, [String]) =
            switch self {
            case .equals(let key, let value): (key, [value])
            case .isIn(let key, let values), .isNotIn(let key, let values): (key, values)
            case .exists(let key), .isAbsent(let key): (key, [])
            }
        guard Self.isKey(key) else { return "no label can have this key" }
        switch self {
        case .isIn, .isNotIn: if values.isEmpty { return "it names no value" }
        default: break
        }
        return values.allSatisfy { $0.isEmpty || Self.isName($0) } ? nil : "no label can have this value"
    }

    private static func isKey(_ key: String) -> Bool {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isName(key)
        case 2: return isName(String(parts[1])) && ObjectKey.isSegment(String(parts[0])) && !parts[0].contains(":")
        default: return false
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && ObjectKey.isSegment(text) && !text.contains(":")
    }
}

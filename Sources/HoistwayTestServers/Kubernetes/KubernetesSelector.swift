/// A label selector in the form of a URL: `a=b,c!=d,e in (x,y),f notin (z),g,!h`.
struct KubernetesLabelSelector: Sendable {
    private enum Rule {
        case among(String, Set<Substring>)
        case notAmong(String, Set<Substring>)
        case exists(String)
        case absent(String)
    }

    private var rules: [Rule] = []

    init(_ text: String) throws(KubernetesStatus) {
        for part in Self.parts(text) { rules.append(try Self.rule(part)) }
    }

    func matches(_ labels: [String: String]) -> Bool {
        rules.allSatisfy { rule in
            switch rule {
            case .among(let key, let values): labels[key].map { values.contains($0[...]) } ?? false
            case .notAmong(let key, let values): labels[key].map { !values.contains($0[...]) } ?? true
            case .exists(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }

    /// Split at the commas outside of parentheses.
    private static func parts(_ text: String) -> [Substring] {
        var depth = 0
        return text.split { character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return character == "," && depth == 0
        }
    }

    private static func rule(_ text: Substring) throws(KubernetesStatus) -> Rule {
        let part = trim(text)
        if let place = part.firstRange(of: "!=") {
            return .notAmong(String(trim(part[..<place.lowerBound])), [trim(part[place.upperBound...])])
        }
        if let place = part.firstRange(of: "==") ?? part.firstRange(of: "=") {
            return .among(String(trim(part[..<place.lowerBound])), [trim(part[place.upperBound...])])
        }
        let words = part.split(separator: " ", maxSplits: 1).map(trim)
        if words.count == 2, part.hasSuffix(")") {
            for (operation, isWanted) in [("in", true), ("notin", false)] {
                let rest = trim(words[1].dropFirst(operation.count))
                guard words[1].hasPrefix(operation), rest.hasPrefix("(") else { continue }
                let values = Set(rest.dropFirst().dropLast().split(separator: ",").map(trim))
                return isWanted ? .among(String(words[0]), values) : .notAmong(String(words[0]), values)
            }
        }
        guard words.count == 1 else { throw .badRequest("unable to parse requirement: \(part)") }
        return part.hasPrefix("!") ? .absent(String(trim(part.dropFirst()))) : .exists(String(part))
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// A field selector: `metadata.name=a,metadata.namespace!=b`; for events, any field.
struct KubernetesFieldSelector: Sendable {
    private var rules: [(path: [String], value: String, isWanted: Bool)] = []

    init(_ text: String, of resource: KubernetesResource) throws(KubernetesStatus) {
        for part in text.split(separator: ",") {
            let isWanted = !part.contains("!=")
            let sides = part.split(separator: isWanted ? (part.contains("==") ? "==" : "=") : "!=", maxSplits: 1)
            guard let field = sides.first else { throw .badRequest("invalid selector: '\(text)'") }
            guard ["metadata.name", "metadata.namespace"].contains(field) || resource == .events else {
                throw .badRequest(
                    "Unable to find \"\(resource.apiVersion), Resource=\(resource.plural)\" that match label selector "
                        + "\"\", field selector \"\(text)\": field label not supported: \(field)"
                )
            }
            let path = field.split(separator: ".").map(String.init)
            rules.append((path, sides.count > 1 ? String(sides[1]) : "", isWanted))
        }
    }

    func matches(_ object: KubernetesObjects.Stored) -> Bool {
        rules.allSatisfy { rule in
            let found =
                switch rule.path {
                case ["metadata", "name"]: object.key.name
                case ["metadata", "namespace"]: object.key.namespace
                default: rule.path.reduce(object.value as ClusterValue?) { $0?[$1] }?.string ?? ""
                }
            return (found == rule.value) == rule.isWanted
        }
    }
}

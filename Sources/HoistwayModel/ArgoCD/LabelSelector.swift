/// Selects objects by their labels, as Kubernetes does; all conditions must hold.
package struct LabelSelector: Sendable, Equatable, Codable {
    package var matchLabels: [String: String]
    package var matchExpressions: [LabelExpression]

    package init(matchLabels: [String: String] = [:], matchExpressions: [LabelExpression] = []) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }
}

extension LabelSelector {
    /// Whether there are no conditions: then every object matches.
    package var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }

    package func matches(_ labels: [String: String]) -> Bool {
        matchLabels.allSatisfy { labels[$0.key] == $0.value } && matchExpressions.allSatisfy { $0.holds(for: labels) }
    }

    /// In `kubectl`'s format, for people: `app=web,tier in (a,b),!old`.
    package var description: String {
        let pairs = matchLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (pairs + matchExpressions.map(\.description)).joined(separator: ",")
    }
}

extension LabelExpression {
    fileprivate func holds(for labels: [String: String]) -> Bool {
        switch operation {
        case .exists: labels[key] != nil
        case .doesNotExist: labels[key] == nil
        case .isIn: labels[key].map(values.contains) ?? false
        case .notIn: labels[key].map { !values.contains($0) } ?? true
        }
    }

    fileprivate var description: String {
        switch operation {
        case .exists: key
        case .doesNotExist: "!\(key)"
        case .isIn: "\(key) in (\(values.joined(separator: ",")))"
        case .notIn: "\(key) notin (\(values.joined(separator: ",")))"
        }
    }
}

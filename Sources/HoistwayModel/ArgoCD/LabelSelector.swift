/// Selects objects by their labels, as Kubernetes does; all conditions must hold.
package struct LabelSelector: Sendable, Equatable, Codable {
    package var matchLabels: [String: String]
    package var matchExpressions: [LabelExpression]

    package init(matchLabels: [String: String] = [:], matchExpressions: [LabelExpression] = []) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }
}

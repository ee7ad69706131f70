/// How a stage is, or one of its Applications: Kargo's words, from best to worst.
package enum HealthStatus: String, Sendable, Codable, CaseIterable, Comparable {
    case healthy = "Healthy"
    case progressing = "Progressing"
    /// It cannot be said.
    case unknown = "Unknown"
    case unhealthy = "Unhealthy"

    private var rank: Int {
        switch self {
        case .healthy: 0
        case .progressing: 1
        case .unknown: 2
        case .unhealthy: 3
        }
    }

    /// The better one is less.
    package static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.rank < right.rank }
}

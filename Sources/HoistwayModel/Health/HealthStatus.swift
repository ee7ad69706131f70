/// The health of a stage, or of one of its Applications: Kargo's names, from best to worst.
package enum HealthStatus: String, Sendable, Codable, CaseIterable, Comparable {
    case healthy = "Healthy"
    case progressing = "Progressing"
    /// The health is not known.
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

    /// The better status is the smaller one.
    package static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.rank < right.rank }
}

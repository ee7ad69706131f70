/// The condition that `argocd-wait` waits for.
package enum ApplicationCondition: String, Sendable, CaseIterable {
    case health
    case sync
    case operation
    case suspended
    case degraded

    package static let usual: Set<ApplicationCondition> = [.health, .sync, .operation]

    /// The health that meets the condition; `nil`: it is not about health.
    fileprivate var health: String? {
        switch self {
        case .health: "Healthy"
        case .suspended: "Suspended"
        case .degraded: "Degraded"
        case .sync, .operation: nil
        }
    }
}

/// The state of an Application for the condition of `argocd-wait`.
package enum ApplicationReadiness: Sendable, Equatable {
    case ready
    /// The missing part, as the end of a sentence.
    case waiting(String)
    /// Its health is from before the end of its last operation: Argo CD must compare again.
    case stale(String)
    /// It cannot become ready by waiting.
    case failed(String)

    /// - Parameter before: its health at the last look; `nil`: there was no look.
    package static func of(
        _ application: Application,
        for conditions: Set<ApplicationCondition>,
        before: String?
    ) -> ApplicationReadiness {
        let status = application.status
        if let condition = status.conditions.first(where: \.preventsComparison) {
            return .failed("\(condition.type): \(ArgoCDText.line(condition.message))")
        }
        let isKnown = status.isHealthKnown
        if conditions.contains(.health), isKnown, status.health == "Degraded", let before, before != "Degraded",
            before != "Unknown"
        {
            return .failed("it has turned Degraded\(explanation(of: status))")
        }
        if conditions.contains(.operation) {
            if application.pendingOperation != nil { return .waiting("its operation has not begun yet") }
            if let operation = status.operation, operation.isRunning {
                let words = operation.message.isEmpty ? "" : ": \(ArgoCDText.line(operation.message))"
                return .waiting("its operation is \(operation.phase.isEmpty ? "Running" : operation.phase)\(words)")
            }
        }
        let healths = conditions.compactMap(\.health)
        if !healths.isEmpty {
            guard isKnown else { return .stale("it has not been compared since its last operation") }
            guard healths.contains(status.health) else {
                return .waiting(
                    "its health is \(status.health.isEmpty ? "not known yet" : status.health)\(explanation(of: status))"
                )
            }
        }
        if conditions.contains(.sync), status.sync != "Synced" {
            return .waiting("it is \(status.sync.isEmpty ? "not compared yet" : status.sync)")
        }
        return .ready
    }

    private static func explanation(of status: Application.Status) -> String {
        status.healthMessage.isEmpty ? "" : ": \(ArgoCDText.line(status.healthMessage))"
    }
}

extension Application.Status {
    /// Whether the health was found after the last operation.
    ///
    /// Argo CD finds health when it compares, so before that its health is from before the deployment.
    package var isHealthKnown: Bool {
        guard let finished = operation?.finishedAt else { return true }
        return reconciledAt.map { $0 >= finished } ?? false
    }
}

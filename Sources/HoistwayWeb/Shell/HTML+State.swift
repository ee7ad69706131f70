package import HoistwayModel
package import HoistwayPorts

/// States with a shape, a text and a colour.
extension HTML {
    /// - Parameter name: a class of the style sheet that has a shape.
    package mutating func state(_ name: StaticString, _ text: String, isChip: Bool = false) {
        self(.span, .class("state \(name)\(isChip ? " chip" : "")"), text: text)
    }

    package mutating func state(_ state: StageState, isChip: Bool = false) {
        self.state(state.shape, state.words, isChip: isChip)
    }

    package mutating func state(_ phase: PromotionPhase, isChip: Bool = false) {
        let shape: StaticString =
            switch phase {
            case .succeeded: "ready"
            case .failed, .errored: "failed"
            case .aborted: "none"
            case .running: "promoting"
            case .pending: "pending"
            }
        state(shape, phase.rawValue, isChip: isChip)
    }

    package mutating func state(_ health: HealthStatus, isChip: Bool = false) {
        let shape: StaticString =
            switch health {
            case .healthy: "ready"
            case .unhealthy: "unhealthy"
            case .progressing: "progressing"
            case .unknown: "none"
            }
        state(shape, health.rawValue, isChip: isChip)
    }
}

extension StageState {
    /// In words for people.
    package var words: String {
        switch self {
        case .failed: "Failed"
        case .awaitsAcceptance: "Waits for acceptance"
        case .paused: "Paused"
        case .freightLost: "Freight lost"
        case .unhealthy: "Unhealthy"
        case .stuck: "Stuck"
        case .promoting: "Promoting"
        case .pending: "Pending"
        case .progressing: "Progressing"
        case .ready: "Ready"
        case .empty: "Empty"
        case .controlFlow: "Control flow"
        }
    }

    /// Whether a person needs the reason at once.
    var needsReason: Bool {
        switch self {
        case .failed, .awaitsAcceptance, .paused, .freightLost, .unhealthy, .stuck, .pending, .progressing: true
        case .promoting, .ready, .empty, .controlFlow: false
        }
    }

    var shape: StaticString {
        switch self {
        case .failed: "failed"
        case .awaitsAcceptance: "awaitsAcceptance"
        case .paused: "paused"
        case .freightLost: "freightLost"
        case .unhealthy: "unhealthy"
        case .stuck: "stuck"
        case .promoting: "promoting"
        case .pending: "pending"
        case .progressing: "progressing"
        case .ready: "ready"
        case .empty: "none"
        case .controlFlow: "controlFlow"
        }
    }
}

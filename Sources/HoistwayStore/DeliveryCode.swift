import HoistwayPorts

extension DeliveryState {
    /// The stored number of a state.
    ///
    /// States below `firstFinished` still need work.
    var code: Int {
        switch self {
        case .received: 0
        case .waiting: 1
        case .done: 2
        case .ignored: 3
        case .failed: 4
        }
    }

    static let firstFinished = DeliveryState.done.code

    init?(code: Int) {
        guard let state = DeliveryState.allCases.first(where: { $0.code == code }) else { return nil }
        self = state
    }
}

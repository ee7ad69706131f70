import HoistwayModel
import Synchronization

/// How far the steps of a preview have come.
final class PreviewTrace: Sendable {
    private let state = Mutex<(records: [StepRecord], results: [StepResult])>(([], []))

    var records: [StepRecord] { state.withLock(\.records) }
    var results: [StepResult] { state.withLock(\.results) }

    func note(_ records: [StepRecord], _ results: [StepResult]) {
        state.withLock { $0 = (records, results) }
    }
}

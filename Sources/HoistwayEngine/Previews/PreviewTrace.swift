import HoistwayModel
import Synchronization

/// The progress of a preview's steps.
final class PreviewTrace: Sendable {
    private let state = Mutex<(records: [StepRecord], results: [StepResult])>(([], []))
    private let onNote: @Sendable () -> Void

    /// - Parameter onNote: called after each progress.
    init(onNote: @escaping @Sendable () -> Void = {}) {
        self.onNote = onNote
    }

    var records: [StepRecord] { state.withLock(\.records) }
    var results: [StepResult] { state.withLock(\.results) }

    func note(_ records: [StepRecord], _ results: [StepResult]) {
        state.withLock { $0 = (records, results) }
        onNote()
    }
}

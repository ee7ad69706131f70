/// Whether an Application shows the operation of a promotion's step, after the step can no longer get its result.
package enum OperationTrace: Sendable, Equatable {
    /// It was requested; with its result, in Argo CD's words.
    case found(String)
    /// It was never requested: the Application shows an operation older than the step, or none.
    case absent
    /// Another operation has begun after the step, and may have replaced it.
    case covered

    /// - Parameters:
    ///   - step: the step's alias.
    ///   - start: when the step began; `nil`: not known.
    package init(on application: Application, promotion: PromotionID, step: String, since start: Timestamp?) {
        func isOwn(_ operation: ApplicationOperation) -> Bool {
            OperationOwner(operation, promotion, step, { _ in false }) == .thisStep
        }
        let state = application.status.operation
        if let pending = application.pendingOperation, isOwn(pending) {
            self = .found("not begun yet")
        } else if let state, isOwn(state.operation) {
            self = .found(state.phase.isEmpty ? "Running" : state.phase)
        } else if application.pendingOperation == nil,
            state == nil || start.flatMap({ start in state?.startedAt.map { $0 < start } }) ?? false
        {
            self = .absent
        } else {
            self = .covered
        }
    }

    /// The end of a sentence, for people.
    package static func text(of traces: [ApplicationKey: OperationTrace]) -> String {
        var found: [String] = []
        var (absent, covered): ([String], [String]) = ([], [])
        for (key, trace) in traces.sorted(by: { $0.key < $1.key }) {
            switch trace {
            case .found(let phase): found.append("\(key) (\(ArgoCDText.line(phase)))")
            case .absent: absent.append("\(key)")
            case .covered: covered.append("\(key)")
            }
        }
        let parts = [
            found.isEmpty ? nil : "its sync was asked for on \(Listing.text(found, limit: 10))",
            absent.isEmpty ? nil : "no sync was asked for on \(Listing.text(absent, limit: 10))",
            covered.isEmpty
                ? nil
                : "whether a sync was asked for on \(Listing.text(covered, limit: 10)) is not known: another operation "
                    + "has begun there since",
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }
}

import HoistwayModel
import HoistwayPorts

/// Handles the result of a push that the run has requested.
extension StepRun {
    mutating func settle(_ sent: PushNeed, _ outcome: PushOutcome) async -> StepRunEvent? {
        let template = steps[position]
        need = nil
        answer = nil
        switch outcome {
        case .pushed(let commit), .observed(let commit, _), .nothingToPush(let commit):
            do throws(StepFailure) {
                let workspace = context.workspace
                if sent.kind != .tag {
                    try await inWorkspace { () throws(WorkspaceFailure) in
                        try await workspace.pushed(sent.path, to: sent.targetBranch, as: commit)
                    }
                }
            } catch {
                return evaluate(error, of: template) ?? advance()
            }
            if sent.kind != .tag { replace(sent.provisional ?? sent.outgoing.commits.last, by: commit) }
            give(GitPushStep.output(of: sent, commit: commit), of: template.alias)
            let name = sent.kind == .tag ? "the tag \(sent.targetBranch)" : sent.targetBranch
            switch outcome {
            case .nothingToPush: finish(.succeeded, "nothing to push: \(name) has this content already")
            case .observed(_, let because):
                finish(.succeeded, "would push \(name) at \(commit.short) (\(because))")
                arrived.insert(position)
            case .pushed, .refused:
                finish(.succeeded, "pushed \(name) at \(commit.short)")
                arrived.insert(position)
            }
        case .refused(let words, let code, let kind):
            finish(.failed, words, failure: FailureRecord(code, kind: kind, message: words))
        }
        return advance()
    }

    /// Replaces a provisional commit: from now on the commit that was really pushed counts.
    private mutating func replace(_ made: ObjectID?, by pushed: ObjectID) {
        guard let made, made != pushed else { return }
        for (alias, output) in context.outputs where output["commit"] == .string(made.hex) {
            guard var entries = output.map else { continue }
            entries["commit"] = .string(pushed.hex)
            give(entries, of: alias)
        }
    }

    private mutating func advance() -> StepRunEvent? {
        position += 1
        return nil
    }
}

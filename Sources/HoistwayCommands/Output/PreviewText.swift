import HoistwayModel
import HoistwayPorts

/// A preview on a terminal: what would change, why it may not, and how to go on.
struct PreviewText {
    let view: PreviewView

    var text: PrintedText {
        var lines = head
        lines += view.artifacts.map(artifact)
        lines += view.warnings.map { "  warning  \(SafeText.line($0))" }
        lines += view.unknown.map { "  unknown  \(SafeText.line($0))" }
        lines += view.waiting.map { one in
            "  waiting  \(one.promotion) of freight \(SafeText.line(one.alias)) is \(one.phase.rawValue) (\(SafeText.line(one.actor)))"
        }
        let states = view.steps.map(\.shownState)
        let steps = StepLines(steps: view.steps.map(\.record), results: view.results, states: states)
        lines += steps.lines.map { "  " + $0 }
        var text = PrintedText(lines)
        for branch in view.branches { text.add(shown(branch)) }
        for line in end { text.add(line) }
        return text
    }

    /// The artifacts and the branches only: what a person decides on.
    var difference: PrintedText {
        var lines = ["\(view.project)/\(view.stage): \(SafeText.line(view.summary))"]
        // If the preview succeeds, the message only repeats the branches below.
        if view.state != .succeeded, !view.message.isEmpty { lines.append("  \(SafeText.line(view.message))") }
        if view.rollback.isRollback { lines.append("  rollback \(SafeText.line(view.rollback.reason))") }
        lines += view.artifacts.map(artifact)
        lines += view.warnings.map { "  warning  \(SafeText.line($0))" }
        lines += view.unknown.map { "  unknown  \(SafeText.line($0))" }
        var text = PrintedText(lines)
        for branch in view.branches { text.add(shown(branch)) }
        if view.state == .succeeded, view.branches.isEmpty { text.add("  nothing changes in Git") }
        return text
    }

    private var head: [String] {
        var lines = [
            "preview \(view.id) of \(view.project)/\(view.stage): \(view.state.rawValue); nothing was promoted",
            "  what     \(SafeText.line(view.summary))",
        ]
        if !view.message.isEmpty { lines.append("  message  \(SafeText.line(view.message))") }
        if view.mode == .observe { lines.append("  mode     observe: a promotion pushes nothing either") }
        if view.rollback.isRollback { lines.append("  rollback \(SafeText.line(view.rollback.reason))") }
        lines.append("  then     \(SafeText.line(view.replacement.reason))")
        return lines
    }

    private func artifact(_ change: PreviewView.ArtifactChange) -> String {
        func shown(_ version: String?, _ digest: String?) -> String {
            guard let version else { return "nothing" }
            let short = change.kind == .commit ? String(version.prefix(12)) : version
            return SafeText.line(short + (digest.map { "@\($0.prefix(19))" } ?? ""))
        }
        let kind = DisplayWidth.padded(change.kind.rawValue, to: 8)
        let name = change.name.isEmpty ? change.repository : "\(change.repository)/\(change.name)"
        let (old, new) = (shown(change.old, change.oldDigest), shown(change.new, change.newDigest))
        return
            "  \(kind) \(SafeText.line(name)): \(old == new ? "stays at \(new)" : "\(old) -> \(new)")"
    }

    private func shown(_ branch: PreviewView.Branch) -> PrintedText {
        let place = "\(SafeText.line(branch.branch)) of \(SafeText.line(branch.repository))"
        var lines = [
            "  \(branch.isPushed ? "would push" : "would not push") \(place), from \(branch.base.short)",
            "    tree \(branch.tree); \(branch.changedFiles) changed, \(branch.deletedFiles) deleted",
        ]
        if let digest = branch.digest { lines.append("    digest \(digest)") }
        if let inexact = branch.inexact { lines.append("    not exact: \(SafeText.line(inexact))") }
        if let exceeded = branch.exceeded { lines.append("    limits: \(SafeText.line(exceeded))") }
        lines += branch.deleted.map { "    deletes \(SafeText.line($0))" }
        var text = PrintedText(lines)
        for file in branch.files {
            let counts = file.added.map { "+\($0) -\(file.removed ?? 0)" }
            let notes = ([counts].compactMap(\.self) + file.notes).joined(separator: "; ")
            text.add("    \(file.change.rawValue) \(SafeText.line(file.path)): \(SafeText.line(notes))")
            if let diff = file.diff, !diff.isEmpty { text.add(difference: diff) }
        }
        if branch.files.count < branch.changedFiles + branch.deletedFiles {
            text.add("    … and \(branch.changedFiles + branch.deletedFiles - branch.files.count) more files")
        }
        return text
    }

    private var end: [String] {
        guard view.state == .succeeded else { return [] }
        if let branch = view.uncomparedBranch {
            return ["more files of \(SafeText.line(branch)) differ than are compared: promote without --preview"]
        }
        let accept = view.acceptanceNeeded.map { " --accept \($0)" }.joined()
        return [
            "to promote exactly this: hoistway promote \(view.project)/\(view.stage) \(SafeText.line(view.alias)) --preview \(view.id)\(accept)"
        ]
    }
}

extension PreviewView.Step {
    /// As the steps of promotions are shown.
    fileprivate var record: StepRecord {
        var record = StepRecord(alias: alias, uses: uses, message: message)
        record.status =
            switch state {
            case .pending: .pending
            case .running: .running
            case .succeeded, .told: .succeeded
            case .skipped, .unknown: .skipped
            case .failed: .failed
            case .errored: .errored
            }
        return record
    }

    /// `nil`: the state of the record says it; empty: the message does.
    fileprivate var shownState: String? {
        switch state {
        case .told: message.isEmpty ? "would act" : ""
        case .unknown: message.isEmpty ? "not known until it runs" : ""
        case .pending, .running, .succeeded, .skipped, .failed, .errored: nil
        }
    }
}

import HoistwayModel
import HoistwayPorts

/// Runs a program for a step, or uses its earlier result, and writes it into the workspace.
struct Rendering {
    let uses: String
    let request: RenderRequest
    /// As in the configuration, for messages.
    let source: String
    let target: String

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let work = ApartWork(uses: uses, request: request)
        guard let renderer = context.renderer else {
            if let remembered = try await work.remembered(in: context) {
                return try await write(remembered, in: context)
            }
            throw .cannotAct(
                "\(uses) cannot act: no program is configured",
                hint: "see `programs` in the configuration"
            )
        }
        var wasStopped = false
        let rendered = try await work.result(in: context, isStopped: { wasStopped || Task.isCancelled }) {
            (files) async throws(StepFailure) in
            do throws(RenderFailure) {
                return try await request.perform(with: renderer, from: files)
            } catch {
                if case .program(.cancelled) = error { wasStopped = true }
                throw StepFailure(error, of: uses)
            }
        }
        return try await write(rendered, in: context)
    }

    private func write(_ rendered: RenderedManifests, in context: StepContext) async throws(StepFailure) -> StepOutcome
    {
        for file in rendered.files {
            guard let path = file.path.text else {
                throw .unmet("\(uses): \(file.path.shortened) is not UTF-8 and is not written", hint: nil)
            }
            let workspace = context.workspace
            try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.write(path, file.bytes) }
        }
        let count = rendered.files.count
        var message = "rendered \(source) to \(target) with \(rendered.program): \(count) file\(count == 1 ? "" : "s")"
        if !rendered.words.isEmpty { message += "; it says: \(GitPath(rendered.words).shortened)" }
        return StepOutcome(.succeeded, message: message)
    }
}

extension StepFailure {
    /// A failure that no later try can change makes the step Failed.
    init(_ failure: RenderFailure, of uses: String) {
        switch failure {
        case .workspace(let failure): self = .workspace(failure)
        case .refused: self = .cannotAct(failure.message, hint: failure.hint)
        case .program(.missing), .program(.tooOld), .program(.unknownVersion), .program(.sandboxUnavailable):
            self = .cannotAct(failure.message, hint: failure.hint)
        // The failure is about no program and no file.
        case .output, .tooMuch: self = .unmet("\(uses): \(failure.message)", hint: failure.hint)
        case .program, .unreadable, .notFound: self = .unmet(failure.message, hint: failure.hint)
        }
    }
}

import HoistwayModel
import HoistwayPorts

/// Runs a program for a step, or takes what it made before, and writes that into the workspace.
struct Rendering {
    let uses: String
    let request: RenderRequest
    /// As the configuration has it, for messages.
    let source: String
    let target: String

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        if let remembered = try await remembered(in: context) { return try await write(remembered, in: context) }
        guard let renderer = context.renderer else {
            throw .cannotAct(
                "\(uses) cannot act: no program is configured",
                hint: "see `programs` in the configuration"
            )
        }
        guard context.mayRun(at: .general) else { throw .apart(step: context.alias) }
        return try await write(made(by: renderer, in: context), in: context)
    }

    /// What the program made of the same files for the same request.
    func remembered(in context: StepContext) async throws(StepFailure) -> RenderedManifests? {
        guard let memo = context.memo?.render(context.alias), memo.request == request else { return nil }
        let workspace = context.workspace
        let isValid = try await inWorkspace { () throws(WorkspaceFailure) in try await memo.isValid(over: workspace) }
        guard isValid else { return nil }
        switch memo.result {
        case .success(let rendered): return rendered
        case .failure(let failure):
            // It answers once, and only where the step cannot be tried again at once.
            guard !context.isApart else { return nil }
            context.memo?.remove(context.alias)
            throw failure
        }
    }

    private func made(
        by renderer: any ManifestRenderer,
        in context: StepContext
    ) async throws(StepFailure) -> RenderedManifests {
        let files = RecordingSource(context.workspace)
        func keep(_ result: Result<RenderedManifests, StepFailure>) -> Bool {
            self.keep(result, reads: files.reads, in: context)
        }
        let rendered: RenderedManifests
        do throws(RenderFailure) {
            rendered = try await request.perform(with: renderer, from: files)
        } catch {
            let failure = StepFailure(error, of: uses)
            if error != .program(.cancelled(name: error.program ?? "")) { _ = keep(.failure(failure)) }
            throw failure
        }
        guard keep(.success(rendered)) else {
            let failure = StepFailure.cannotAct(
                "\(uses) read and made more than is kept of one promotion "
                    + "(\(RenderMemos.maxBytesOfPromotion >> 20) MiB)",
                hint: "let several stages each render a part of it"
            )
            _ = keep(.failure(failure))
            throw failure
        }
        return rendered
    }

    /// For the lane, which does not do it again; `false`: it is too large to be kept.
    func keep(
        _ result: Result<RenderedManifests, StepFailure>,
        reads: RecordedReads,
        in context: StepContext
    ) -> Bool {
        guard let memo = context.memo else { return true }
        return memo.keep(context.alias, RenderMemo(request: request, reads: reads, result: result))
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

extension RenderFailure {
    /// Which program it was.
    fileprivate var program: String? {
        if case .program(.cancelled(let name)) = self { name } else { nil }
    }
}

extension StepFailure {
    /// What no later try can change is a plain "no".
    init(_ failure: RenderFailure, of uses: String) {
        switch failure {
        case .workspace(let failure): self = .workspace(failure)
        case .refused: self = .cannotAct(failure.message, hint: failure.hint)
        case .program(.missing), .program(.tooOld), .program(.unknownVersion), .program(.sandboxUnavailable):
            self = .cannotAct(failure.message, hint: failure.hint)
        // It names no program and no file.
        case .output, .tooMuch: self = .unmet("\(uses): \(failure.message)", hint: failure.hint)
        case .program, .unreadable, .notFound: self = .unmet(failure.message, hint: failure.hint)
        }
    }
}

import HoistwayModel
import HoistwayPorts

/// Makes files that take long, once for a promotion, beside its lane.
///
/// The result is kept for later runs of the steps over the same files.
struct ApartWork {
    let uses: String
    let request: RenderRequest

    /// - Parameters:
    ///   - isStopped: whether the work was stopped; asked after a failure.
    ///   - make: reads what it needs of the workspace from its argument, and nothing else of it.
    func result(
        in context: StepContext,
        isStopped: () -> Bool = { Task.isCancelled },
        make: (RecordingSource) async throws(StepFailure) -> RenderedManifests
    ) async throws(StepFailure) -> RenderedManifests {
        if let remembered = try await remembered(in: context) { return remembered }
        guard context.mayRun(at: .general) else { throw .apart(step: context.alias) }
        let files = RecordingSource(context.workspace)
        func keep(_ result: Result<RenderedManifests, StepFailure>) -> Bool {
            guard let memo = context.memo else { return true }
            return memo.keep(context.alias, RenderMemo(request: request, reads: files.reads, result: result))
        }
        let made: RenderedManifests
        do throws(StepFailure) {
            made = try await make(files)
        } catch {
            // The failure of stopped work is not its real result.
            if !isStopped() { _ = keep(.failure(error)) }
            throw error
        }
        guard keep(.success(made)) else {
            let failure = StepFailure.cannotAct(
                "\(uses) read and wrote more than the limit for one promotion "
                    + "(\(RenderMemos.maxBytesOfPromotion >> 20) MiB)",
                hint: "let several stages each do a part of it"
            )
            _ = keep(.failure(failure))
            throw failure
        }
        return made
    }

    /// The result for the same files and the same request.
    func remembered(in context: StepContext) async throws(StepFailure) -> RenderedManifests? {
        guard let memo = context.memo?.render(context.alias), memo.request == request else { return nil }
        let workspace = context.workspace
        let isValid = try await inWorkspace { () throws(WorkspaceFailure) in try await memo.isValid(over: workspace) }
        guard isValid else { return nil }
        switch memo.result {
        case .success(let rendered): return rendered
        case .failure(let failure):
            // A failure is given only once, and only where the step cannot be tried again at once.
            guard !context.isApart else { return nil }
            context.memo?.remove(context.alias)
            throw failure
        }
    }
}

import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Synchronization

/// Stands for the programs: reads what it is told to, and gives what it is told to.
final class StubRenderer: ManifestRenderer {
    private struct State {
        var requests: [RenderRequest] = []
        var reads: [GitPath] = []
        var answer: Result<[ProgramFile], RenderFailure>
        var words = ""
    }

    let limits: ProgramLimits
    private let state: Mutex<State>

    init(
        _ answer: Result<[ProgramFile], RenderFailure>,
        reading reads: [GitPath] = [],
        words: String = "",
        limits: ProgramLimits = ProgramLimits()
    ) {
        self.limits = limits
        state = Mutex(State(reads: reads, answer: answer, words: words))
    }

    /// One file with a text.
    convenience init(_ path: GitPath, _ text: String, reading reads: [GitPath] = []) {
        self.init(.success([ProgramFile(path, Array(text.utf8))]), reading: reads)
    }

    var requests: [RenderRequest] { state.withLock(\.requests) }

    func answer(_ answer: Result<[ProgramFile], RenderFailure>) {
        state.withLock { $0.answer = answer }
    }

    func build(_ build: KustomizeBuild, from files: any SourceFiles) async throws(RenderFailure) -> RenderedManifests {
        try await made(.kustomize(build), files)
    }

    func template(
        _ template: HelmTemplate,
        from files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        try await made(.helm(template), files)
    }

    private func made(
        _ request: RenderRequest,
        _ files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        let now = state.withLock { state in
            state.requests.append(request)
            return state
        }
        do throws(WorkspaceFailure) {
            for path in now.reads { _ = try await files.read(path) }
        } catch {
            throw .workspace(error)
        }
        return RenderedManifests(
            files: try now.answer.get(),
            program: "kustomize 5.4.2",
            inputs: now.reads,
            words: now.words
        )
    }
}

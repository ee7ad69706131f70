import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import HoistwaySettings
import HoistwaySteps

/// The foreign programs of this machine, with the paths of the configuration.
///
/// Which sandbox works is found out once, when it is first needed. A program that is missing is looked for again
/// whenever it is needed.
actor LocalPrograms: ManifestRenderer {
    nonisolated let limits: ProgramLimits
    /// Without a sandbox nothing is run.
    nonisolated let requiresSandbox: Bool
    private let settings: ProgramSettings
    /// `nil`: a temporary one.
    private let folder: String?
    private var starting: Task<Result<Started, ProgramFailure>, Never>?

    /// Known after the first need.
    struct Started: Sendable {
        var runner: SandboxedRunner
        var tools: ProgramTools
        var renderer: ProgramRenderer
        fileprivate var temporary: TemporaryRunFolder?
    }

    /// The folder in which a server prepares the input of its programs.
    static func folder(beside state: StateSettings) -> String { "\(state.folder)/programs" }

    /// - Parameter folder: made where it is absent, in a folder that is there; `nil`: a temporary one.
    init(settings: ProgramSettings, folder: String?) {
        self.settings = settings
        self.folder = folder
        requiresSandbox = settings.sandbox == .require
        var limits = ProgramLimits()
        limits.time = settings.time
        limits.memoryBytes = settings.memory
        // What is made is kept until its promotion has ended, see RenderMemos.
        limits.resultBytes = RenderMemos.maxBytesOfPromotion / 2
        limits.outputBytes = limits.resultBytes
        self.limits = limits
    }

    func started() async throws(ProgramFailure) -> Started {
        if let starting { return try await starting.value.get() }
        let task = Task { [settings, folder, limits] () -> Result<Started, ProgramFailure> in
            await Result { () async throws(ProgramFailure) in try await Self.start(settings, folder, limits) }
        }
        starting = task
        let result = await task.value
        if case .failure = result { starting = nil }
        return try result.get()
    }

    private static func start(
        _ settings: ProgramSettings,
        _ folder: String?,
        _ limits: ProgramLimits
    ) async throws(ProgramFailure) -> Started {
        let temporary = folder == nil ? try TemporaryRunFolder() : nil
        let runner = await SandboxedRunner.start(
            in: folder ?? temporary?.path ?? "",
            requiresSandbox: settings.sandbox == .require
        )
        let tools = ProgramTools(
            runner: runner,
            paths: ProgramPaths(kustomize: settings.kustomize, kubectl: settings.kubectl, helm: settings.helm)
        )
        return Started(
            runner: runner,
            tools: tools,
            renderer: ProgramRenderer(runner: runner, tools: tools, limits: limits),
            temporary: temporary
        )
    }

    /// The program that would be run, or why none would be.
    func find(_ program: ForeignProgram) async throws(ProgramFailure) -> FoundProgram {
        let tools = try await started().tools
        return switch program {
        case .kustomize: try await tools.kustomize()
        case .helm: try await tools.helm()
        }
    }

    // MARK: Rendering

    private func renderer() async throws(RenderFailure) -> ProgramRenderer {
        do throws(ProgramFailure) {
            return try await started().renderer
        } catch {
            throw .program(error)
        }
    }

    nonisolated func build(
        _ build: KustomizeBuild,
        from files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        try await renderer().build(build, from: files)
    }

    nonisolated func template(
        _ template: HelmTemplate,
        from files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        try await renderer().template(template, from: files)
    }
}

extension Result {
    /// The outcome of a body that may fail.
    fileprivate init(_ body: () async throws(Failure) -> Success) async {
        do throws(Failure) {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

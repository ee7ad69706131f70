import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// Finds all files that a chart needs.
struct ChartSources {
    private(set) var gathered: GatheredFiles
    /// Existing values files, in their order.
    private(set) var valuesFiles: [GitPath] = []
    /// `helm dependency build` must copy charts of the workspace to their places.
    private(set) var buildsDependencies = false

    static func gather(_ template: HelmTemplate, from files: any SourceFiles) async throws(RenderFailure)
        -> ChartSources
    {
        var sources = ChartSources(files, template.limits)
        try await sources.take(template.chart)
        for path in template.valuesFiles { try await sources.takeValues(path, template) }
        if template.buildsDependencies { try await sources.takeDependencies(of: template.chart) }
        return sources
    }

    private init(_ files: any SourceFiles, _ limits: ProgramLimits) {
        gathered = GatheredFiles(files, limits: limits, program: "helm")
    }

    private mutating func take(_ chart: GitPath) async throws(RenderFailure) {
        switch try await gathered.entry(at: chart) {
        case .folder:
            try await gathered.takeFolder(chart)
            guard try await chartFile(of: chart) != nil else {
                throw .notFound(
                    path: chart.isEmpty ? "." : chart.shortened,
                    reason: "it is not a chart: Chart.yaml is not there"
                )
            }
        // A packed chart.
        case .file(let isExecutable): try await gathered.take(chart, isExecutable: isExecutable)
        case .symlink, .submodule: throw Self.link(chart)
        case nil: throw .notFound(path: chart.shortened, reason: "no chart is there")
        }
    }

    private mutating func takeValues(_ path: GitPath, _ template: HelmTemplate) async throws(RenderFailure) {
        switch try await gathered.entry(at: path) {
        case .file(let isExecutable):
            try await gathered.take(path, isExecutable: isExecutable)
            valuesFiles.append(path)
        case .symlink, .submodule: throw Self.link(path)
        case .folder: throw .notFound(path: path.shortened, reason: "it is a folder, not a values file")
        case nil:
            guard template.ignoresMissingValuesFiles else {
                throw .notFound(path: path.shortened, reason: "the values file does not exist")
            }
        }
    }

    private mutating func chartFile(of chart: GitPath) async throws(RenderFailure) -> [UInt8]? {
        let path = chart.appending("Chart.yaml")
        guard case .file(let isExecutable) = try await gathered.entry(at: path) else { return nil }
        return try await gathered.take(path, isExecutable: isExecutable)
    }

    /// Adds the charts that are named by `file://`.
    ///
    /// Helm does not build the dependencies of those.
    private mutating func takeDependencies(of chart: GitPath) async throws(RenderFailure) {
        for name in ["Chart.yaml", "requirements.yaml"] {
            for (dependency, place) in try await dependencies(chart.appending(GitPath(name))) {
                // Without a repository it is in `charts` already.
                guard !dependency.repository.isEmpty else { continue }
                try await takeLocal(dependency, of: chart, place)
                buildsDependencies = true
            }
        }
    }

    private mutating func dependencies(
        _ path: GitPath
    ) async throws(RenderFailure) -> [(ChartFile.Dependency, SourcePlace)] {
        guard case .file(let isExecutable) = try await gathered.entry(at: path),
            let content = try await gathered.take(path, isExecutable: isExecutable)
        else { return [] }
        do throws(ChartFile.Failure) {
            return try ChartFile(content).dependencies.map {
                ($0, SourcePlace(file: path.shortened, line: $0.line, path: $0.key))
            }
        } catch {
            throw .unreadable(place: SourcePlace(file: path.shortened, line: error.line), reason: error.reason)
        }
    }

    private mutating func takeLocal(
        _ dependency: ChartFile.Dependency,
        of chart: GitPath,
        _ place: SourcePlace
    ) async throws(RenderFailure) {
        let name = GitPath(dependency.name).shortened
        guard dependency.repository.hasPrefix("file://") else {
            throw .refused(
                place: place,
                reason: """
                    the chart \(name) would be pulled from \(GitPath(dependency.repository).shortened), and programs \
                    have no network here
                    """,
                hint: "commit it to the folder charts and leave buildDependencies out"
            )
        }
        let target = String(dependency.repository.dropFirst("file://".count))
        guard let path = KustomizationReferences.path(of: target, in: chart) else {
            throw .refused(place: place, reason: "\(GitPath(target).shortened) leads out of the workspace", hint: nil)
        }
        guard case .folder = try await gathered.entry(at: path) else {
            throw .refused(place: place, reason: "the chart \(name) is not at \(path.shortened)", hint: nil)
        }
        try await gathered.takeFolder(path)
    }

    private static func link(_ path: GitPath) -> RenderFailure {
        .refused(
            place: SourcePlace(file: path.shortened, line: 0),
            reason: "is a symbolic link or a submodule, which is not followed",
            hint: "name what it points to"
        )
    }
}

import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `helm-update-chart`: sets versions of a chart's dependencies, and fetches them into the chart.
struct HelmUpdateChartStep: PromotionStep {
    static let schema = StepSchema(
        "helm-update-chart",
        .program,
        "Sets the versions of dependencies in Chart.yaml, writes Chart.lock, and downloads the dependencies into "
            + "`charts`.",
        [
            .path("The folder of the chart."),
            StepSchema.Field(
                "charts",
                .list(.mapping(chart), atLeast: 1),
                "The dependencies whose version is set. Without it, the dependencies are downloaded in the versions "
                    + "that match the ranges in Chart.yaml."
            ),
        ]
    )

    private static let chart = StepSchema.Mapping([
        StepSchema.Field(
            "repository",
            .text,
            isRequired: true,
            "The repository, exactly as written in Chart.yaml."
        ),
        StepSchema.Field("name", .text, isRequired: true, "The dependency's name in Chart.yaml."),
        StepSchema.Field(
            "version",
            .text,
            emptyIsAbsent: true,
            "The version. Without it, the version of the freight: older form (Kargo 0.9 to 1.2)."
        ),
        .origin,
    ])

    /// Limit of charts in the folder `charts`.
    private static let maxCharts = 1000

    private let path: String
    private let charts: [StepConfiguration]

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        charts = config.items("charts")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let chart = StepFile("\(path)/Chart.yaml", in: context)
        let lock = StepFile("\(path)/Chart.lock", in: context)
        let document = try await chart.content()
        let items = try items(in: context)
        let updated: [UInt8]
        let requirements: [ChartLock.Requirement]
        do throws(UpdateFailure) {
            let edit = items.isEmpty ? nil : try ChartUpdate.setVersions(items, in: document)
            updated = edit?.bytes ?? document
            requirements = try ChartLock.requirements(of: updated)
        } catch {
            throw StepFailure(error, file: chart.shown)
        }
        guard !requirements.isEmpty else {
            return StepOutcome(.succeeded, message: "\(chart.shown) has no dependencies")
        }
        let folder = WorkspacePath(path).path
        let update = DependencyUpdate(
            uses: Self.schema.name,
            folder: folder,
            file: chart.shown,
            requirements: requirements
        )
        let request = RenderRequest.dependencies(
            of: folder,
            // The request includes the whole file that the versions are written into.
            versions: items.map { "\($0.repository) \($0.name) \($0.version)" } + [
                String(decoding: updated, as: UTF8.self)
            ]
        )
        let made = try await ApartWork(uses: Self.schema.name, request: request).result(in: context) {
            (files) async throws(StepFailure) in
            let made = try await update.made(from: files, in: context)
            return RenderedManifests(
                files: made.files,
                program: "",
                inputs: [],
                words: made.warnings.joined(separator: "\n")
            )
        }
        let before = try await locked(lock)
        if updated != document { try await chart.write(updated) }
        for file in made.files { try await write(file, in: context) }
        let after = try await locked(lock) ?? ChartDependencies()
        try await settle(requirements, after, folder, in: context)
        var outcome = StepOutcome(
            .succeeded,
            message: "\(requirements.count) dependenc\(requirements.count == 1 ? "y" : "ies") of \(path)"
        )
        outcome.warnings = made.words.split(separator: "\n").map(String.init)
        if let message = ChartUpdate.message(path: path, before: before, after: after) {
            outcome.output["commitMessage"] = .string(message)
        }
        return outcome
    }

    private func items(in context: StepContext) throws(StepFailure) -> [ChartDependencies.Dependency] {
        var items: [ChartDependencies.Dependency] = []
        for config in charts {
            var item = ChartDependencies.Dependency(
                name: config.requiredText("name"),
                repository: config.requiredText("repository"),
                version: config.text("version") ?? ""
            )
            if item.version.isEmpty { item.version = try context.chartVersion(of: item, from: config.origin) }
            items.append(item)
        }
        return items
    }

    private func locked(_ lock: StepFile) async throws(StepFailure) -> ChartDependencies? {
        guard let bytes = try await lock.contentIfPresent() else { return nil }
        // A lock that cannot be read is ignored, and written again.
        return try? ChartDependencies(of: bytes)
    }

    private func write(_ file: ProgramFile, in context: StepContext) async throws(StepFailure) {
        guard let path = file.path.text else { preconditionFailure("a chart's name has been checked") }
        let workspace = context.workspace
        try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.write(path, file.bytes) }
    }

    /// Makes `charts` match the lock: packed charts of other versions are removed, and charts of the workspace are
    /// copied.
    private func settle(
        _ requirements: [ChartLock.Requirement],
        _ locked: ChartDependencies,
        _ folder: GitPath,
        in context: StepContext
    ) async throws(StepFailure) {
        let workspace = context.workspace
        let charts = folder.appending("charts")
        let kept = Set(locked.list.filter(DependencyUpdate.isRemote).map { DependencyUpdate.archive($0, in: folder) })
        let present = try await inWorkspace { () throws(WorkspaceFailure) in
            try await workspace.list(charts, limit: Self.maxCharts)
        }
        for (path, entry) in present where !kept.contains(path) {
            guard case .file = entry, path.names.count == charts.names.count + 1,
                path.bytes.suffix(4).elementsEqual(".tgz".utf8)
            else { continue }
            try await inWorkspace { () throws(WorkspaceFailure) in _ = try await workspace.remove(path) }
        }
        for dependency in requirements.map(\.dependency) where dependency.repository.hasPrefix("file://") {
            let target = charts.appending(GitPath(dependency.name))
            guard let from = DependencyUpdate.local(dependency, in: folder)?.text, let to = target.text else {
                continue
            }
            try await inWorkspace { () throws(WorkspaceFailure) in
                _ = try await workspace.remove(target)
                _ = try await workspace.copy(from: from, to: to, ignore: [])
            }
        }
    }
}

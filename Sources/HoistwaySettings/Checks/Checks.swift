import HoistwayModel
import HoistwayThreads

/// Checks that are possible only after everything is read.
struct Checks {
    let settings: Settings
    let pipelines: Pipelines
    let references: [StageReference]
    /// Every file could be read, so an object that was not found does not exist.
    let isComplete: Bool
    /// Names of objects that have no effect, which is reported: they do not count as missing.
    let unplaced: Set<String>
    /// The configuration file, as it is shown.
    let file: String
    /// The lines of its keys, by their paths.
    let lines: [String: Int]
    let problems: ProblemList
    /// Sorted by name: all, or those of one part.
    let projects: [Project]

    /// - Parameter projects: those that are judged; `nil`: all.
    init(
        settings: Settings,
        pipelines: Pipelines,
        references: [StageReference] = [],
        isComplete: Bool,
        unplaced: Set<String> = [],
        file: String,
        lines: [String: Int],
        problems: ProblemList,
        projects: [Project]? = nil
    ) {
        self.settings = settings
        self.pipelines = pipelines
        self.references = references
        self.isComplete = isComplete
        self.unplaced = unplaced
        self.file = file
        self.lines = lines
        self.problems = problems
        self.projects = projects ?? pipelines.projects.values.sorted { $0.name < $1.name }
    }

    func run() {
        checkReferences()
        checkCycles()
        checkPolicies()
        checkListeners()
        checkReceivers()
        checkNotifications()
        checkReach()
        checkOptions()
        checkBranches()
        checkManifestSources()
        checkFiles()
        checkArgoCD()
        checkMessageChannels()
        inParts { part in
            part.checkPlaces()
            part.checkPromoted()
            part.checkCommits()
            part.checkPullRequests()
            part.checkRequests()
        }
    }

    /// Runs checks that look at one project at a time, on all processors.
    func inParts(_ check: @Sendable (Checks) -> Void) {
        let (settings, pipelines, isComplete, unplaced) = (settings, pipelines, isComplete, unplaced)
        let (file, lines, projects) = (file, lines, projects)
        let parts = Parallel.parts(of: projects.count)
        let found = Parallel.map(parts.count) { number in
            let problems = ProblemList()
            check(
                Checks(
                    settings: settings,
                    pipelines: pipelines,
                    isComplete: isComplete,
                    unplaced: unplaced,
                    file: file,
                    lines: lines,
                    problems: problems,
                    projects: Array(projects[parts[number]])
                )
            )
            return problems.all
        }
        for part in found { problems.add(part) }
    }

    /// The checks that need no manifest: whether the listeners may start.
    func runOnListeners() {
        checkListeners()
        checkReceivers()
    }

    func stages(of project: Project) -> [Stage] { Self.stages(of: project) }

    /// Sorted by name.
    static func stages(of project: Project) -> [Stage] { project.stages.values.sorted { $0.key.name < $1.key.name } }

    /// The place of a key of the configuration file, or of the nearest key above it that exists.
    func place(_ path: String) -> SourcePlace {
        var known = path[...]
        while lines[String(known)] == nil, let end = known.lastIndex(where: { $0 == "." || $0 == "[" }) {
            known = known[..<end]
        }
        return SourcePlace(file: file, line: lines[String(known)] ?? 0, path: path)
    }
}

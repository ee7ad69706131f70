import HoistwayModel

/// What can be judged only once everything is read.
struct Checks {
    let settings: Settings
    let pipelines: Pipelines
    let references: [StageReference]
    /// Every file could be read: what is not there is missing indeed.
    let isComplete: Bool
    /// Names of objects that could not be placed, which was told: they are not missing.
    let unplaced: Set<String>
    /// The configuration file, as it is shown.
    let file: String
    /// Where its keys stand, by their paths.
    let lines: [String: Int]
    let problems: ProblemList

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
        checkPromoted()
        checkArgoCD()
        checkCommits()
        checkPullRequests()
        checkMessageChannels()
        checkRequests()
    }

    /// What can be judged without any manifest: whether anything may listen.
    func runOnListeners() {
        checkListeners()
        checkReceivers()
    }

    var projects: [Project] { pipelines.projects.values.sorted { $0.name < $1.name } }

    func stages(of project: Project) -> [Stage] { project.stages.values.sorted { $0.key.name < $1.key.name } }

    /// Of a key of the configuration file, or of what would hold it.
    func place(_ path: String) -> SourcePlace {
        var known = path[...]
        while lines[String(known)] == nil, let end = known.lastIndex(where: { $0 == "." || $0 == "[" }) {
            known = known[..<end]
        }
        return SourcePlace(file: file, line: lines[String(known)] ?? 0, path: path)
    }
}

import HoistwayModel

/// What can be judged only once everything is read.
struct Checks {
    let settings: Settings
    let pipelines: Pipelines
    let references: [StageReference]
    /// Every file could be read: what is not there is missing indeed.
    let isComplete: Bool
    /// The configuration file, as it is shown.
    let file: String
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
    }

    var projects: [Project] { pipelines.projects.values.sorted { $0.name < $1.name } }

    func stages(of project: Project) -> [Stage] { project.stages.values.sorted { $0.key.name < $1.key.name } }

    func place(_ path: String) -> SourcePlace { SourcePlace(file: file, line: 0, path: path) }
}

import HoistwayEdits
package import HoistwayExpressions
package import HoistwayModel
package import HoistwayPorts

/// Why a step did not do its work.
package enum StepFailure: Diagnosable, KindedFailure, Equatable {
    /// The step's configuration is wrong: `path` leads to the key, such as `config.checkout[0].branch`.
    case config(step: String, path: String, problem: String)
    case unknownStep(String)
    case workspace(WorkspaceFailure)
    case git(GitFailure)
    case argocd(ArgoCDFailure)
    case forge(ForgeFailure)
    case charts(ChartFailure)
    case artifacts(ArtifactFailure)
    /// A document could not be edited; `file` is the path in the repository.
    case edit(file: String, line: Int?, problem: String, hint: String?)
    /// The step needs something that does not exist, and that a later try will not find either.
    case cannotAct(String, hint: String?)
    /// The step can never work as it is written; nobody has refused it.
    case broken(String, hint: String?)
    /// The step runs a program, which takes long: it must run in a task of the promotion's own.
    ///
    /// It is not the end of the step: the lane treats it as a request, see ``StepContext/isApart``.
    case apart(step: String)
    /// Any other problem that the step found.
    case unmet(String, hint: String?)
    case expression(ExpressionError)

    package var message: String {
        switch self {
        case .config(let step, let path, let problem): "\(step): \(path): \(problem)"
        case .unknownStep(let name): "the step \(name) is not registered"
        case .workspace(let failure): failure.message
        case .git(let failure): failure.message
        case .argocd(let failure): failure.message
        case .forge(let failure): failure.message
        case .charts(let failure): failure.message
        case .artifacts(let failure): failure.message
        case .edit(let file, let line, let problem, _):
            line.map { "\(file):\($0): \(problem)" } ?? "\(file): \(problem)"
        case .unmet(let text, _), .cannotAct(let text, _), .broken(let text, _): text
        case .apart(let step): "\(step) is a long step, and has not run separately from the other steps yet"
        case .expression(let error): error.message
        }
    }

    /// The kind of an external system's failure.
    package var kind: FailureKind {
        switch self {
        case .workspace(let failure): FailureKind(of: failure)
        case .git(let failure): FailureKind(of: failure)
        case .argocd(let failure): FailureKind(of: failure)
        case .forge(let failure): FailureKind(of: failure)
        case .charts(let failure): FailureKind(of: failure)
        case .artifacts(let failure): FailureKind(of: failure)
        case .config, .unknownStep, .edit, .unmet, .cannotAct, .broken, .expression, .apart: .other
        }
    }

    package var hint: String? {
        switch self {
        case .workspace(let failure): failure.hint
        case .git(let failure): failure.hint
        case .argocd(let failure): failure.hint
        case .forge(let failure): failure.hint
        case .charts(let failure): failure.hint
        case .artifacts(let failure): failure.hint
        case .edit(_, _, _, let hint), .unmet(_, let hint), .cannotAct(_, let hint), .broken(_, let hint): hint
        case .expression(let error): error.hint
        case .config, .unknownStep, .apart: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .workspace(let failure): failure.retry
        case .git(let failure): failure.retry
        case .argocd(let failure): failure.retry
        case .forge(let failure): failure.retry
        case .charts(let failure): failure.retry
        case .artifacts(let failure): failure.retry
        case .config, .unknownStep, .edit, .unmet, .cannotAct, .broken, .expression, .apart: .never
        }
    }

    /// A configuration that cannot work makes the step Failed; any other failure makes it Errored.
    var status: StepRecord.Status {
        switch self {
        case .config, .cannotAct, .artifacts(.unfit): .failed
        default: .errored
        }
    }

    /// Whether trying again is pointless, whatever the step's error threshold is.
    var isTerminal: Bool {
        switch self {
        case .config, .unknownStep, .cannotAct, .broken, .expression, .forge(.unsupported), .artifacts(.unfit): true
        default: false
        }
    }

    init(_ failure: EditFailure, file: String) {
        let prefix = failure.line.map { "line \($0): " } ?? ""
        let problem =
            failure.message.hasPrefix(prefix) ? String(failure.message.dropFirst(prefix.count)) : failure.message
        self = .edit(file: file, line: failure.line, problem: problem, hint: failure.hint)
    }

    init(_ failure: UpdateFailure, file: String) {
        self = .edit(file: file, line: failure.place?.line, problem: failure.reason, hint: failure.hint)
    }
}

extension FailureRecord {
    /// Distinguishes failures of other systems from problems that the step itself found.
    init(_ failure: StepFailure) {
        let code: Code =
            switch failure {
            case .workspace, .git, .argocd, .forge, .charts, .artifacts: failure.kind == .other ? .step : .outside
            case .config, .unknownStep, .edit, .cannotAct, .broken, .apart, .unmet, .expression: .step
            }
        self.init(of: failure, code)
    }
}

/// Runs calls to the workspace, and turns their errors into step failures.
func inWorkspace<Result>(
    _ body: () async throws(WorkspaceFailure) -> Result
) async throws(StepFailure) -> Result {
    do throws(WorkspaceFailure) {
        return try await body()
    } catch {
        throw .workspace(error)
    }
}

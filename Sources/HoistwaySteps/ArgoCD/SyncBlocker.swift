import HoistwayExpressions
import HoistwayModel
import HoistwayPorts

/// Finds the sync window that blocks an operation: Argo CD's message does not name it.
///
/// Windows of global projects apply besides those of the Application's own project. The ConfigMap `argocd-cm` names the
/// global projects (`globalProjects`), and Hoistway has no right to read it: so the text says that there may be others.
struct SyncBlocker: Sendable {
    /// The part of Argo CD's message that is the same for all windows.
    private static let words = "sync window"
    private static let others = "a window of a global project (globalProjects in argocd-cm) may block it"

    private let pass: ClusterPass

    init(_ pass: ClusterPass) {
        self.pass = pass
    }

    /// - Parameter text: what the step waits for.
    func explained(_ text: String, _ application: Application) async -> String {
        guard let operation = application.status.operation, operation.isRunning,
            operation.message.lowercased().contains(Self.words), let now = pass.context.clock?.now()
        else { return text }
        let namespace = pass.access.options.namespace
        let project: AppProject?
        do throws(ArgoCDFailure) {
            project = try await pass.cluster.appProject(application.project, in: namespace)
        } catch .forbidden {
            return
                "\(text); which window is not known: Hoistway may not read AppProjects in the namespace \(namespace). "
                + "Its account needs the verb get on appprojects there; it may be one of a global project"
        } catch {
            return "\(text); which window is not known: \(error.message)"
        }
        guard let project else {
            return "\(text); which window is not known: there is no AppProject \(namespace)/\(application.project); "
                + Self.others
        }
        let scope = pass.context.expressionScope
        let verdict = SyncWindowVerdict(
            of: application,
            windows: project.syncWindows,
            isManual: !operation.operation.isAutomated,
            at: now
        ) { name in scope.location(name).map(ZoneRules.init) }
        return "\(text); \(verdict.explanation); \(Self.others)"
    }
}

extension ZoneRules {
    init(_ location: Location) {
        self.init { second in Int64(location.offset(at: Int(second))) }
    }
}

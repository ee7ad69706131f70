import FoundationEssentials
import HoistwayCrypto
import HoistwayModel

extension ClusterAccess {
    /// Reads a context of a kubeconfig.
    ///
    /// Only the kubeconfig itself is read now; files that it names are read when they are needed, and no program runs.
    ///
    /// - Parameters:
    ///   - path: `nil`: as `kubectl` finds it, by `KUBECONFIG` or in the home folder.
    ///   - context: `nil`: the current one.
    package static func kubeconfig(
        _ path: String?,
        context: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(KubeconfigFailure) -> ClusterAccess {
        let folder = FileManager.default.currentDirectoryPath
        let kubeconfig = try Kubeconfig(path: path, environment: environment, folder: folder)
        let context = try kubeconfig.context(context)
        guard let name = try context.text("cluster") else { throw context.failure("cluster is missing") }
        let cluster = try kubeconfig.entry(.clusters, name, "cluster", usedAt: try context.value("cluster"))
        var access = try KubeconfigCluster(cluster).access()
        if let name = try context.text("user") {
            let user = try kubeconfig.entry(.users, name, "user", usedAt: try context.value("user"))
            try KubeconfigUser(user).fill(&access)
        }
        access.namespace = try context.text("namespace")
        if let problem = access.problem { throw cluster.failure(problem.text, hint: problem.hint) }
        return access
    }

    /// Refuses to send over plain http what must not be sent that way.
    private var problem: (text: String, hint: String)? {
        guard !server.isSecure, !server.isLoopback, login != .none || certificate != nil else { return nil }
        return ("the login would be readable for everybody on the way to a server of plain http", "use https")
    }
}

import FoundationEssentials
import HoistwayModel

extension ClusterAccess {
    /// The folder where the kubelet mounts the service account.
    package static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The cluster that this program runs in, with the pod's service account:
    /// <https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/>.
    package static func inCluster(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        folder: String = serviceAccountFolder
    ) throws(KubeconfigFailure) -> ClusterAccess {
        let place = SourcePlace(file: folder, line: 0)
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"]
        else {
            throw KubeconfigFailure(
                place,
                "this program does not run in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set",
                hint: "name a kubeconfig instead of inCluster"
            )
        }
        let bracketed = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        guard let server = WebAddress("https://\(bracketed):\(port)") else {
            throw KubeconfigFailure(
                place,
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are no address of a server"
            )
        }
        for name in ["token", "ca.crt"] {
            do throws(LocalFile.Failure) {
                _ = try LocalFile.read("\(folder)/\(name)")
            } catch {
                throw KubeconfigFailure(
                    SourcePlace(file: error.path, line: 0),
                    "the service account's file cannot be read: \(error.reason)",
                    hint: "set automountServiceAccountToken: true for the pod"
                )
            }
        }
        var access = ClusterAccess(
            server: server,
            trust: .authority(.file("\(folder)/ca.crt")),
            login: .tokenFile("\(folder)/token")
        )
        // Only a few callers need it; they report a pod without one.
        if let bytes = try? LocalFile.read("\(folder)/namespace") {
            let name = String(decoding: bytes, as: UTF8.self).trimmed()
            access.namespace = name.isEmpty ? nil : name
        }
        return access
    }
}

import HoistwayModel
import HoistwayPorts

/// Finds what keeps an operation from going on where Argo CD says only that a sync window does.
struct SyncBlocker: Sendable {
    private let pass: ClusterPass

    init(_ pass: ClusterPass) {
        self.pass = pass
    }

    func explained(_ text: String, _ application: Application) async -> String {
        text
    }
}

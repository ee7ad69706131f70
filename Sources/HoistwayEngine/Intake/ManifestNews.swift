package import HoistwayModel
import Synchronization

/// Which manifests have changed in Git since the last request.
///
/// In memory: at the start all manifests are read anyway.
package final class ManifestNews: Sendable {
    private let changed = Mutex<[ManifestSource]>([])
    /// Notifies when a manifest has changed.
    package let signal = Signal()

    package func add(_ sources: [ManifestSource]) {
        guard !sources.isEmpty else { return }
        changed.withLock { known in
            for source in sources where !known.contains(source) { known.append(source) }
        }
        signal.notify()
    }

    /// Returns the changed manifests, and forgets them.
    package func take() -> [ManifestSource] {
        changed.withLock { known in
            defer { known = [] }
            return known
        }
    }
}

import HoistwayConsole
import Synchronization

/// How far the start is: monitoring gets an answer from the first moment on.
///
/// Webhooks are taken before manifests and state are read, which may take seconds; the program is not ready before.
final class StartProgress: Sendable {
    private let sampling = Mutex<(@Sendable () async -> Void)?>(nil)

    /// - Parameter sample: brings gauges up to date.
    func complete(sample: @escaping @Sendable () async -> Void) {
        sampling.withLock { $0 = sample }
    }

    @Sendable func sample() async {
        await sampling.withLock { $0 }?()
    }

    /// - Parameter whole: what counts once the start is over.
    func readiness(_ whole: () async -> Readiness) async -> Readiness {
        guard sampling.withLock({ $0 != nil }) else { return .notReady("starting: manifests and state are being read") }
        return await whole()
    }
}

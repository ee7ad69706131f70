package import HoistwayModel
import Synchronization

/// The present configuration with its index.
///
/// To read several values, take `present` once, so that all of them are of one generation.
package final class ConfigurationCell: Sendable {
    package struct Generation: Sendable {
        package let configuration: EngineConfiguration
        /// The index of the configuration, for searches without a scan.
        let index: ConfigurationIndex
        /// Grows with each new configuration.
        package let number: UInt64

        package var pipelines: Pipelines { configuration.pipelines }
    }

    private let state: Mutex<Generation>
    /// Notifies when the configuration has changed.
    private let changed = Signal()

    /// - Parameter index: the index of the configuration.
    init(_ configuration: EngineConfiguration, index: ConfigurationIndex) {
        state = Mutex(Generation(configuration: configuration, index: index, number: 1))
    }

    package var present: Generation { state.withLock(\.self) }

    /// Replaces the present configuration, and returns the former one.
    ///
    /// This does not look at the stages that it concerns: see ``EngineCore/take(_:)``.
    func replace(with next: EngineConfiguration) -> Generation {
        let index = ConfigurationIndex(next)
        return state.withLock { present in
            defer { present = Generation(configuration: next, index: index, number: present.number + 1) }
            return present
        }
    }

    func notify() { changed.notify() }

    /// Returns once the pipelines are complete, or at cancellation.
    func waitUntilComplete() async {
        while !Task.isCancelled {
            let seen = changed.count
            guard !present.pipelines.isComplete else { return }
            await changed.wait(since: seen)
        }
    }
}

extension ConfigurationCell.Generation {
    /// Stages that may write the branch, upstream first, including those that write the default branch of its
    /// repository, whichever branch that is.
    func writers(of branch: BranchKey) -> [Stage] { inOrder(index.reach.writers(of: branch)) }

    /// Stages that push to any of these repositories, upstream first.
    func writers(to repositories: Set<RepositoryKey>) -> [Stage] { inOrder(index.reach.writers(to: repositories)) }

    private func inOrder(_ found: Set<StageKey>) -> [Stage] {
        found.compactMap { key in index.graph.place(of: key).map { (place: $0, key: key) } }
            .sorted { $0.place < $1.place }.compactMap { pipelines.stage($0.key) }
    }
}

import HoistwayModel
import HoistwayPorts

/// Asks registries and repositories what an event raises as a question.
///
/// Only configured addresses are asked, never one out of a payload.
struct Confirmer: Sendable {
    let ports: EnginePorts
    let pipelines: Pipelines
    /// The state of this moment, whenever it is asked for.
    let present: @Sendable () async -> PipelineState

    /// How often a tag that an event names is looked for before it counts as absent: about a minute in all.
    static let patience = 8

    /// Throws the first failure: without all answers the subscription cannot decide on the event.
    ///
    /// - Parameter attempts: how often the questions were put off already.
    func answers(
        to questions: [Confirmation],
        attempts: Int
    ) async throws -> [Confirmation: Confirmation.Answer] {
        var answers: [Confirmation: Confirmation.Answer] = [:]
        for question in questions where answers[question] == nil {
            answers[question] = try await answer(question, attempts: attempts)
        }
        return answers
    }

    private func answer(_ question: Confirmation, attempts: Int) async throws -> Confirmation.Answer {
        switch question {
        case .digest(let key, let tag):
            guard case .image(let image)? = subscription(key) else { return .image(.absent) }
            let answer = try await ports.registry.find(tag, in: image, project: key.warehouse.project)
            // Distribution sends its notification while the push is still being answered, before the tag can be read.
            if answer == .absent, attempts < Self.patience {
                throw NotThereYet(image: image.repoURL, tag: tag, attempts: attempts)
            }
            return .image(answer)
        case .head(let key, let ref):
            guard case .git(let git)? = subscription(key) else { return .head(nil) }
            let remote = try ports.remotes.remote(
                git.repoURL,
                project: key.warehouse.project,
                insecureSkipTLSVerify: git.insecureSkipTLSVerify
            )
            let snapshot = try await remote.refs(prefixes: [ref])
            guard let found = snapshot.peeled[ref] ?? snapshot.refs[ref] else { return .head(nil) }
            guard git.strategy == .newestFromBranch else { return .head(found) }
            let known = await present().subscriptions[key]?.head
            let leftOut = try await NewCommits(ports: ports, present: present)
                .leftOut(found, after: known, of: git, remote: remote)
            return .head(found, after: known, leftOut: leftOut)
        }
    }

    private func subscription(_ key: SubscriptionKey) -> Subscription? {
        pipelines.projects[key.warehouse.project]?.warehouses[key.warehouse.name]?
            .subscriptions.first { $0.id == key.subscription }
    }
}

/// A tag that an event names and the registry does not have, or not yet.
struct NotThereYet: Diagnosable {
    let image: String
    let tag: String
    let attempts: Int

    var message: String { "the registry has no \(image):\(tag) yet; it is asked again" }

    /// A quarter of a second, then twice as long each time.
    var retry: Retry { .after(.milliseconds(250 << min(attempts, Confirmer.patience))) }
}

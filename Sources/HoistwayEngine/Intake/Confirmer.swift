import HoistwayModel
import HoistwayPorts

/// Asks registries and repositories what an event raises as a question.
///
/// Only configured addresses are asked, never one out of a payload.
struct Confirmer: Sendable {
    let registry: any Registry
    let remotes: any GitRemotes
    let pipelines: Pipelines

    /// Throws the first failure: without all answers the event cannot be decided.
    func answers(to questions: [Confirmation]) async throws -> [Confirmation: Confirmation.Answer] {
        var answers: [Confirmation: Confirmation.Answer] = [:]
        for question in questions where answers[question] == nil {
            answers[question] = try await answer(question)
        }
        return answers
    }

    private func answer(_ question: Confirmation) async throws -> Confirmation.Answer {
        switch question {
        case .digest(let key, let tag):
            guard case .image(let image)? = subscription(key) else { return .digest(nil) }
            return .digest(try await registry.digest(of: tag, in: image, project: key.warehouse.project))
        case .head(let key, let ref):
            guard case .git(let git)? = subscription(key) else { return .head(nil) }
            let remote = try remotes.remote(
                git.repoURL,
                project: key.warehouse.project,
                insecureSkipTLSVerify: git.insecureSkipTLSVerify
            )
            let snapshot = try await remote.refs(prefixes: [ref])
            return .head(snapshot.peeled[ref] ?? snapshot.refs[ref])
        }
    }

    private func subscription(_ key: SubscriptionKey) -> Subscription? {
        pipelines.projects[key.warehouse.project]?.warehouses[key.warehouse.name]?
            .subscriptions.first { $0.id == key.subscription }
    }
}

import HoistwayModel
import HoistwayPorts

/// Asks registries and repositories the questions that an event raises.
///
/// Only configured addresses are asked, never one from a payload.
struct Confirmer: Sendable {
    let ports: EnginePorts
    let pipelines: Pipelines
    /// Returns the present state.
    let present: @Sendable () async -> PipelineState
    let commits: CountedCommits

    /// How many tries to find a tag of an event before it counts as absent: about a minute in all.
    static let patience = 8

    /// Throws the first failure: without all answers the subscription cannot decide about the event.
    ///
    /// - Parameter attempts: how many earlier tries there were.
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
            let project = key.warehouse.project
            let answer = try await registryAnswer(tag, of: image, project: project, attempts: attempts)
            return .image(answer)
        case .build(let key, let tag):
            guard case .image(let image)? = subscription(key) else { return .build(.absent, at: nil) }
            let project = key.warehouse.project
            let answer = try await registryAnswer(tag, of: image, project: project, attempts: attempts)
            guard let digest = answer.digest else { return .build(answer, at: nil) }
            return .build(answer, at: try await ports.registry.createdAt(of: digest, in: image, project: project))
        case .head(let key, let ref):
            guard case .git(let git)? = subscription(key) else { return .head(nil) }
            let remote = try remote(of: git, project: key.warehouse.project)
            let snapshot = try await remote.refs(prefixes: [ref])
            guard let head = snapshot.refs[ref] else { return .head(nil) }
            let known = await present().subscriptions[key]?.head
            let found = try await commits.newest(
                from: head,
                of: git,
                remote: remote,
                merges: await present().subscriptions[key]?.merges ?? []
            )
            return .head(
                head,
                after: known,
                leftOut: found.leftOut,
                newest: found.newest.map { commits.artifact($0, of: git) },
                merges: found.merges
            )
        case .tag(let key, let ref):
            guard case .git(let git)? = subscription(key) else { return .tag(nil) }
            let remote = try remote(of: git, project: key.warehouse.project)
            let snapshot = try await remote.refs(prefixes: [ref])
            guard let id = snapshot.refs[ref] else { return .tag(nil) }
            let name = CommitSelection.short(ref, below: "refs/tags/") ?? ref
            let tag = try await commits.tag(name, id, peeled: snapshot.peeled[ref], remote: remote)
            guard let tag else { return .tag(nil) }
            let leftOut = try await commits.rejection(of: tag, for: git, remote: remote)
            return .tag(commits.artifact(tag, of: git), leftOut: leftOut)
        case .chart(let key, let version):
            guard case .chart(let chart)? = subscription(key), let charts = ports.charts else { return .chart(.absent) }
            let listing = try await charts.versions(of: ChartSource(chart), project: key.warehouse.project)
            let answer = ChartAnswer(version, in: listing)
            if answer == .absent, attempts < Self.patience {
                throw NotThereYet(image: chart.repoURL, tag: version, attempts: attempts)
            }
            return .chart(answer)
        case .look(let key):
            let nothing = Observation(
                subscription: key,
                newest: nil,
                known: nil,
                failure: "it is no longer configured"
            )
            guard let subscription = subscription(key) else { return .look(nothing) }
            let discoverer = Discoverer(ports: ports, present: present, commits: commits)
            let found = try await discoverer.check(at: subscription, of: key.warehouse)
            return .look(found ?? nothing)
        }
    }

    private func remote(of git: GitSubscription, project: String) throws -> any GitRemote {
        try ports.remotes.remote(git.repoURL, project: project, insecureSkipTLSVerify: git.insecureSkipTLSVerify)
    }

    /// Distribution sends its notification before the push has ended, and so before the tag can be read.
    private func registryAnswer(
        _ tag: String,
        of image: ImageSubscription,
        project: String,
        attempts: Int
    ) async throws -> ImageAnswer {
        let answer = try await ports.registry.find(tag, in: image, project: project)
        if answer == .absent, attempts < Self.patience {
            throw NotThereYet(image: image.repoURL, tag: tag, attempts: attempts)
        }
        return answer
    }

    private func subscription(_ key: SubscriptionKey) -> Subscription? {
        pipelines.projects[key.warehouse.project]?.warehouses[key.warehouse.name]?
            .subscriptions.first { $0.id == key.subscription }
    }
}

/// A tag in an event that the registry does not have, or not yet.
struct NotThereYet: Diagnosable {
    let image: String
    let tag: String
    let attempts: Int

    var message: String { "the registry has no \(image):\(tag) yet; it is asked again" }

    /// A quarter of a second, then twice as long each time.
    var retry: Retry { .after(.milliseconds(250 << min(attempts, Confirmer.patience))) }
}

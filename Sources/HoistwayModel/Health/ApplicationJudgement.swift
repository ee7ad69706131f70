/// The health of one Application as a part of a stage: Kargo's rules, the first that applies.
///
/// There are two differences. A revision that contains the wanted one is accepted too. And Argo CD's `Degraded` counts
/// as Progressing for ``settling``, since it appears briefly during rollouts.
package struct ApplicationJudgement: Sendable, Equatable {
    package var health: ApplicationHealth
    /// Whether Argo CD has missed a change, so that a new comparison must be requested now.
    package var needsRefresh: Bool
    /// When the judgement changes although nothing happens.
    package var nextLook: Timestamp?
    /// The reason without the requests to Argo CD.
    private let reason: String

    /// How long an Application must be Degraded until it is unhealthy, unless its operation failed.
    package static let settling: Duration = .seconds(30)
    /// How long Argo CD has for its own comparison before a request is sent.
    package static let patience: Duration = .seconds(10)
    /// The pause between the first two requests; it doubles each time, up to ``longestPause``.
    package static let firstPause: Duration = .seconds(30)
    package static let longestPause: Duration = .seconds(900)
    /// The pause before an Application that could not be read is read again.
    package static let pause: Duration = .seconds(60)

    /// - Parameters:
    ///   - previous: the earlier health of the same check; `nil`: there is none.
    ///   - promoted: when the promotion that made the check ended.
    ///   - history: gives the answers to the ``questions(_:about:)``.
    package init(
        of check: ApplicationCheck,
        _ reading: ApplicationReading,
        previous: ApplicationHealth?,
        promoted: Timestamp,
        now: Timestamp,
        history: (RevisionQuestion) -> RevisionStanding
    ) {
        let name = "Application \(check.address.key)"
        var verdict = Verdict(.healthy, "")
        switch reading {
        case .missing: verdict = Verdict(.unknown, "there is no \(name) in the cluster \(check.address.cluster)")
        case .unreadable(let reason):
            verdict = Verdict(.unknown, "\(name) cannot be read: \(ArgoCDText.line(reason))")
            verdict.looksAgain = true
        case .found(let application):
            verdict = Self.verdict(check, application, name: name, promoted: promoted, history: history)
        }
        nextLook = verdict.looksAgain ? now + Self.pause : nil
        var degradedSince: Timestamp?
        if verdict.isDegraded {
            let since = min(previous?.degradedSince ?? now, now)
            degradedSince = since
            let isSettled = previous?.status == .unhealthy || now - since >= Self.settling
            if !isSettled, !verdict.isOperationFailed {
                verdict.status = .progressing
                verdict.reason += "; it counts as Unhealthy after \(Self.settling.inWords)"
                nextLook = since + Self.settling
            }
        }
        reason = verdict.reason
        health = ApplicationHealth(
            address: check.address,
            status: verdict.status,
            reason: verdict.reason,
            since: previous.flatMap { $0.status == verdict.status ? $0.since : nil } ?? now,
            degradedSince: degradedSince
        )
        needsRefresh = false
        guard let missed = verdict.missedSince else { return }
        let due = Self.nextRefresh(after: previous?.refresh, missed: missed)
        needsRefresh = due <= now
        nextLook = needsRefresh ? nextLook : min(nextLook ?? due, due)
        if let refresh = previous?.refresh { keep(refresh) }
    }

    /// Records a request to Argo CD.
    ///
    /// - Parameter failure: why the request was refused; `nil`: it was accepted.
    package mutating func refreshed(at now: Timestamp, failure: String?, previous: ApplicationHealth?) {
        let attempts = (previous?.refresh?.attempts ?? 0) + 1
        let refresh = ApplicationHealth.Refresh(attempts: attempts, at: now, failure: failure)
        keep(refresh)
        needsRefresh = false
        let next = Self.nextRefresh(after: refresh, missed: now)
        nextLook = min(nextLook ?? next, next)
    }

    private mutating func keep(_ refresh: ApplicationHealth.Refresh) {
        health.refresh = refresh
        let times = refresh.attempts == 1 ? "" : ", \(refresh.attempts) times"
        let outcome = refresh.failure.map { ", but that failed: \(ArgoCDText.line($0))" } ?? ""
        health.reason = "\(reason); Argo CD was asked to look again at \(refresh.at.rfc3339)\(times)\(outcome)"
    }

    private static func nextRefresh(after last: ApplicationHealth.Refresh?, missed: Timestamp) -> Timestamp {
        guard let last else { return missed + patience }
        let doublings = min(max(last.attempts - 1, 0), 5)
        return last.at + min(firstPause * (1 << doublings), longestPause)
    }

    private struct Verdict {
        var status: HealthStatus
        var reason: String
        var isDegraded = false
        var isOperationFailed = false
        /// Since when Argo CD has missed a change.
        var missedSince: Timestamp?
        var looksAgain = false

        init(_ status: HealthStatus, _ reason: String) {
            self.status = status
            self.reason = reason
        }
    }

    // MARK: The rules

    private static func verdict(
        _ check: ApplicationCheck,
        _ application: Application,
        name: String,
        promoted: Timestamp,
        history: (RevisionQuestion) -> RevisionStanding
    ) -> Verdict {
        let status = application.status
        guard !application.isBeingDeleted else { return Verdict(.progressing, "\(name) is being deleted") }
        if let finished = status.operation?.finishedAt, (status.reconciledAt ?? finished + .seconds(-1)) < finished {
            var verdict = Verdict(
                .unknown,
                "\(name) was synchronised, and Argo CD has not compared it since: its health may be an old one"
            )
            verdict.missedSince = finished
            return verdict
        }
        if let condition = status.conditions.first(where: \.preventsComparison) {
            let words = ArgoCDText.line(condition.message)
            return Verdict(.unhealthy, "\(name) has the condition \(condition.type): \(words)")
        }
        if check.desiredRevisions.contains(where: { !$0.isEmpty }) {
            let revisions = revisions(check, application, name: name, promoted: promoted, history: history)
            if let revisions { return revisions }
        }
        return health(of: application, name: name)
    }

    /// `nil` where the revisions are correct.
    private static func revisions(
        _ check: ApplicationCheck,
        _ application: Application,
        name: String,
        promoted: Timestamp,
        history: (RevisionQuestion) -> RevisionStanding
    ) -> Verdict? {
        let status = application.status
        guard application.pendingOperation == nil, status.operation?.isRunning != true else {
            return Verdict(.unknown, "\(name) has an operation that has not ended")
        }
        guard status.operation != nil else { return Verdict(.unknown, "\(name) was never synchronised") }
        let wanted = check.desiredRevisions
        guard application.sources.count == wanted.count else {
            return Verdict(
                .unknown,
                "\(name) has \(Listing.count(application.sources.count, "source")), and had \(wanted.count) when it was "
                    + "promoted"
            )
        }
        guard status.revisions.count == wanted.count else {
            return Verdict(
                .unknown,
                "Argo CD has compared \(name) with \(Listing.count(status.revisions.count, "revision")), not with "
                    + "\(wanted.count)"
            )
        }
        var doubt: Verdict?
        for (index, revision) in wanted.enumerated() where !revision.isEmpty && status.revisions[index] != revision {
            let live = status.revisions[index]
            var verdict: Verdict
            switch question(check, index, about: application).map(history) ?? .absent {
            case .contained: continue
            case .absent:
                let shown = live.isEmpty ? "no revision" : short(live)
                verdict = Verdict(.unhealthy, "\(name) is at \(shown), not at the promoted \(short(revision))")
            case .unknown(let reason):
                verdict = Verdict(
                    .unknown,
                    "\(name) is at \(short(live)); whether that contains the promoted \(short(revision)) cannot be "
                        + "said: \(ArgoCDText.line(reason))"
                )
                verdict.looksAgain = true
            }
            if (status.reconciledAt ?? promoted + .seconds(-1)) < promoted {
                verdict.reason += ", and Argo CD has not looked since the promotion ended"
                verdict.missedSince = promoted
            }
            guard verdict.status != .unhealthy else { return verdict }
            doubt = doubt ?? verdict
        }
        return doubt
    }

    private static func health(of application: Application, name: String) -> Verdict {
        let status = application.status
        let message = status.healthMessage.isEmpty ? "" : ": \(ArgoCDText.line(status.healthMessage))"
        switch status.health {
        case "Healthy": return Verdict(.healthy, "")
        case "": return Verdict(.progressing, "\(name) has no health yet\(message)")
        case "Progressing", "Suspended": return Verdict(.progressing, "\(name) is \(status.health)\(message)")
        case "Degraded":
            var verdict = Verdict(.unhealthy, "\(name) is Degraded\(message)")
            verdict.isDegraded = true
            let phase = status.operation?.phase
            verdict.isOperationFailed = phase == "Failed" || phase == "Error"
            return verdict
        default: return Verdict(.unhealthy, "\(name) is \(ArgoCDText.line(status.health))\(message)")
        }
    }

    // MARK: Revisions

    /// The facts about a repository's history that the judgement of the Application needs.
    package static func questions(_ check: ApplicationCheck, about application: Application) -> [RevisionQuestion] {
        let count = check.desiredRevisions.count
        guard application.status.revisions.count == count, application.sources.count == count else { return [] }
        return check.desiredRevisions.indices.compactMap { question(check, $0, about: application) }
    }

    /// `nil` where only equality can decide, as for charts, or nothing must be found out.
    private static func question(
        _ check: ApplicationCheck,
        _ index: Int,
        about application: Application
    ) -> RevisionQuestion? {
        let source = application.sources[index]
        let (text, wanted) = (application.status.revisions[index], check.desiredRevisions[index])
        guard !wanted.isEmpty, text != wanted, source.chart.isEmpty, !source.repoURL.hasPrefix("oci://"),
            let live = ObjectID(text)
        else { return nil }
        return RevisionQuestion(
            repository: index < check.repositories.count ? check.repositories[index] : source.repoURL,
            targetRevision: source.targetRevision,
            live: live,
            wanted: wanted
        )
    }

    private static func short(_ revision: String) -> String {
        ObjectID(revision).map(\.short) ?? ShownText.bare(revision)
    }
}

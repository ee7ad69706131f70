/// Whether freight may go to a stage at all; the same result for automatic promotion, for people and for `why`.
package enum Availability: Sendable, Equatable {
    case available(because: String)
    /// `until`: when the result changes although nothing happens.
    case unavailable(because: String, until: Timestamp?)

    package var isAvailable: Bool {
        if case .available = self { true } else { false }
    }

    package var reason: String {
        switch self {
        case .available(let reason): reason
        case .unavailable(let reason, _): reason
        }
    }

    /// Kargo's rule: approved, or direct, or verified upstream (in any or in all stages) for the whole soak time.
    ///
    /// - Parameters:
    ///   - mode: the stage's mode; in observe mode, promotions that upstream stages observed count too.
    ///   - wait: what the freight waits for in an upstream stage that has not verified it; part of a sentence.
    package static func of(
        _ record: FreightRecord,
        to stage: Stage,
        mode: PromotionMode,
        now: Timestamp,
        wait: (_ upstream: String) -> String? = { _ in nil }
    ) -> Availability {
        let origin = record.freight.origin
        guard origin.project == stage.key.project,
            let request = stage.requestedFreight.first(where: { $0.warehouse == origin.name })
        else {
            return .unavailable(
                because: "\(stage.key.name) does not ask for freight of warehouse \(origin.name)",
                until: nil
            )
        }
        if let approval = record.approvedFor[stage.key.name] {
            return .available(because: "approved for \(stage.key.name) by token \(approval.actor)")
        }
        if request.direct {
            return .available(because: "\(stage.key.name) takes freight directly from warehouse \(origin.name)")
        }
        guard !request.stages.isEmpty else {
            return .unavailable(
                because:
                    "\(stage.key.name) names neither direct nor upstream stages for \(origin.name): only approved freight is available",
                until: nil
            )
        }
        return upstream(record, request: request, mode: mode, now: now, wait: wait)
    }

    private static func upstream(
        _ record: FreightRecord,
        request: FreightRequest,
        mode: PromotionMode,
        now: Timestamp,
        wait: (String) -> String?
    ) -> Availability {
        let answers = request.stages.map { upstream in
            if mode == .observe, let observed = record.observedIn?[upstream] {
                let soaked = soak(request.requiredSoak, served: now - observed, running: observed, in: upstream)
                return (stage: upstream, answer: soaked ?? .available(because: "observed in \(upstream)"))
            }
            return (
                stage: upstream,
                answer: verified(record, in: upstream, soak: request.requiredSoak, now: now, wait: wait)
            )
        }
        let good = answers.filter { $0.answer.isAvailable }
        let bad = answers.filter { !$0.answer.isAvailable }
        let isEnough = request.availability == .all ? bad.isEmpty : !good.isEmpty
        guard !isEnough else {
            return .available(because: good.map(\.answer.reason).joined(separator: " and "))
        }
        let until = bad.compactMap { if case .unavailable(_, let until) = $0.answer { until } else { nil } }
        let joint = request.availability == .all ? " and " : " or "
        return .unavailable(
            because: bad.map(\.answer.reason).joined(separator: joint),
            until: request.availability == .all ? until.max() : until.min()
        )
    }

    private static func verified(
        _ record: FreightRecord,
        in stage: String,
        soak required: Duration?,
        now: Timestamp,
        wait: (String) -> String?
    ) -> Availability {
        if let failed = record.failedIn?[stage] {
            return .unavailable(
                because: "verification in \(stage) failed at \(failed.failedAt.rfc3339), says token \(failed.actor): "
                    + failed.reason,
                until: nil
            )
        }
        guard let verification = record.verifiedIn[stage] else {
            if let reason = record.unverifiedIn?[stage] {
                return .unavailable(
                    because: "not verified in \(stage): the promotion to it did nothing, as \(reason)",
                    until: nil
                )
            }
            let only = record.observedIn?[stage] == nil ? "" : ", only observed"
            let waiting = wait(stage).map { ": \($0)" } ?? ""
            return .unavailable(because: "not verified in \(stage) yet\(only)\(waiting)", until: nil)
        }
        let past = verification.longestSoak ?? .zero
        // Freight is never in a stage without steps: there, the time counts from its passage.
        let since = record.currentlyIn[stage] ?? (verification.isPassage == true ? verification.verifiedAt : nil)
        let served = max(past, since.map { now - $0 } ?? .zero)
        if let short = soak(required, served: served, running: since, in: stage) { return short }
        return .available(because: "verified in \(stage)\(required.map { $0 > .zero } == true ? ", soaked" : "")")
    }

    /// The missing soak time; `nil` where there is none.
    ///
    /// - Parameter running: since when the freight has been in the stage; `nil` where it has left the stage.
    private static func soak(
        _ required: Duration?,
        served: Duration,
        running: Timestamp?,
        in stage: String
    ) -> Availability? {
        guard let required, served < required else { return nil }
        let until = running.map { $0 + required }
        let end = until.map { ", until \($0.rfc3339)" } ?? ", and it is no longer there"
        return .unavailable(
            because: "soaked \(max(served, .zero).inWords) of \(required.inWords) in \(stage)\(end)",
            until: until
        )
    }
}

extension Duration {
    /// `90 s`, `15 m`, `36 h`: whole units, for people.
    package var inWords: String {
        let seconds = components.seconds
        if seconds >= 7200, seconds % 3600 == 0 || seconds >= 86_400 { return "\(seconds / 3600) h" }
        if seconds >= 120 { return "\(seconds / 60) m" }
        return "\(seconds) s"
    }
}

package import HoistwayModel
import HoistwayPorts
package import Logging

/// Writes events to the log: every line about a delivery has the delivery's id.
struct EventLogger {
    let log: Logger
    /// Stages that wait for a person after a branch has drifted.
    let stages: (BranchKey) -> [Stage]

    /// - Parameter state: the state after the transaction.
    func tell(_ domainEvents: [DomainEvent], state: PipelineState) {
        for domainEvent in domainEvents {
            switch domainEvent {
            case .decided(let delivery): tell(delivery)
            case .formed(let record): log.info("freight was formed", metadata: .of(Self.fields(of: record)))
            case .created(let record):
                var fields = Self.fields(of: record, state: state)
                fields[.actor] = record.actor.description
                fields[.cause] = record.reason
                if record.mode == .observe {
                    log.info("a promotion was created in observe mode: it will push nothing", metadata: .of(fields))
                } else {
                    log.info("a promotion was created", metadata: .of(fields))
                }
            case .postponed(let record):
                var fields = Self.fields(of: record, state: state)
                fields[.reason] = record.message
                fields[.attempts] = String(record.attempts)
                fields[.nextTry] = record.nextTry?.rfc3339
                log.warning("a promotion waits for its next try", metadata: .of(fields))
            case .strained(let record):
                var fields = Self.fields(of: record, state: state)
                fields[.reason] = record.message
                fields[.attempts] = String(record.attempts)
                fields[.nextTry] = record.nextTry?.rfc3339
                log.warning("a promotion has been tried again for a quarter of an hour", metadata: .of(fields))
            case .pushed(let record, let branch):
                var fields = Self.fields(of: record, state: state)
                fields[.commit] = branch.commit.description
                fields[.branch] = branch.branch
                fields[.remote] = branch.remote
                log.info("a branch was pushed", metadata: .of(fields))
            case .pullRequest(let record, let pull):
                var fields = Self.fields(of: record, state: state)
                fields[.pullRequest] = pull.url.isEmpty ? "#\(pull.number)" : pull.url
                fields[.branch] = pull.targetBranch
                fields[.remote] = pull.repository
                fields[.commit] = pull.commit?.description
                log.info(
                    pull.isMerged ? "a pull request was merged" : "a promotion has a pull request",
                    metadata: .of(fields)
                )
            case .ended(let record):
                var fields = Self.fields(of: record, state: state)
                fields[.phase] = record.phase.rawValue
                fields[.reason] = record.message
                tell(ofEnd: record, fields)
            case .paused(let stage, let pause):
                let fields: [LogKey: String] = [.stage: stage.description, .reason: pause.reason]
                switch pause.kind {
                case .lostState: log.warning("a stage is paused: its state was lost", metadata: .of(fields))
                case .twoWriters: log.warning("a stage is paused: two writers", metadata: .of(fields))
                case .notLooked: log.warning("a stage's branches have not been looked at", metadata: .of(fields))
                }
            case .drifted(let branch, let found):
                var fields: [LogKey: String] = [
                    .branch: branch.key.branch, .remote: branch.key.remote,
                    .reason: "it was left at \(branch.head), and is \(found.isZero ? "gone" : "at \(found)")",
                ]
                let waiting = stages(branch.key).map(\.key.description)
                if !waiting.isEmpty { fields[.stage] = waiting.joined(separator: ",") }
                log.warning("a branch has drifted", metadata: .of(fields))
            case .freightLost(let stage, let lost):
                let fields: [LogKey: String] = [
                    .stage: stage.key.description, .branch: lost.branch.branch, .remote: lost.branch.remote,
                    .freightID: (stage.history.first?.items.values.map(\.text).sorted() ?? []).joined(separator: ","),
                    .reason: lost.reason,
                ]
                log.warning("a branch has lost the freight of its stage", metadata: .of(fields))
            case .healthChanged(let record, let before):
                var fields: [LogKey: String] = [
                    .stage: record.key.description, .health: record.status.rawValue,
                    .promotionID: record.promotion.text,
                ]
                if !record.reason.isEmpty { fields[.reason] = record.reason }
                let isWorse = record.status == .unhealthy || record.status == .unknown && before != nil
                log.log(
                    level: isWorse ? .warning : .info,
                    "the health of a stage's Applications has changed",
                    metadata: .of(fields)
                )
            case .verified(let record, let stage, let by):
                var fields = Self.fields(of: record)
                fields[.stage] = stage.description
                fields[.cause] = by
                log.info("freight was verified", metadata: .of(fields))
            case .verificationFailed(let record, let stage, let failed):
                var fields = Self.fields(of: record)
                fields[.stage] = stage.description
                fields[.actor] = failed.actor
                fields[.reason] = failed.reason
                log.warning("the verification of freight failed", metadata: .of(fields))
            case .modeChanged(let change):
                let fields: [LogKey: String] = [
                    .stage: change.stage.description, .mode: change.to.rawValue, .reason: change.sentence,
                ]
                log.notice("a stage has changed its mode", metadata: .of(fields))
            }
        }
    }

    private func tell(ofEnd record: PromotionRecord, _ fields: [LogKey: String]) {
        let hasFailed = record.phase == .failed || record.phase == .errored
        let level: Logger.Level = hasFailed ? .warning : .info
        let message: Logger.Message =
            switch (record.mode, hasFailed) {
            case (.promote, false): "a promotion ended"
            case (.promote, true): "a promotion failed"
            case (.observe, false): "a promotion ended in observe mode: nothing was pushed"
            case (.observe, true): "a promotion failed in observe mode: nothing would be pushed"
            }
        log.log(level: level, message, metadata: .of(fields))
    }

    private func tell(_ delivery: DecidedDelivery) {
        let outcome = delivery.outcome
        let (level, message): (Logger.Level, Logger.Message) =
            switch outcome.state {
            case .failed: (.error, "a delivery could not be decided")
            // It is decided again with each answer.
            case .waiting: (.debug, "a delivery waits")
            case .done, .ignored, .received: (.info, "a delivery was decided")
            }
        // Thousands come in a second: lines below the log level are not built.
        guard log.logLevel <= level else { return }
        var fields: [LogKey: String] = [
            .deliveryID: outcome.id.description, .receiver: delivery.receiver,
            .deliveryState: outcome.state.rawValue, .reason: outcome.reason,
        ]
        if !delivery.freight.isEmpty { fields[.freightID] = delivery.freight.map(\.id.text).joined(separator: ",") }
        log.log(level: level, message, metadata: .of(fields))
    }

    private static func fields(of record: FreightRecord) -> [LogKey: String] {
        var fields: [LogKey: String] = [
            .freightID: record.freight.id.text, .freightAlias: record.freight.alias,
            .warehouse: record.freight.origin.description, .summary: record.freight.summary, .cause: record.cause,
        ]
        fields[.deliveryID] = record.delivery.map { String($0) }
        return fields
    }

    private static func fields(of record: PromotionRecord, state: PipelineState) -> [LogKey: String] {
        var fields: [LogKey: String] = [
            .promotionID: record.id.text, .stage: record.stage.description, .freightID: record.freight.text,
        ]
        if record.mode == .observe { fields[.mode] = record.mode.rawValue }
        let freight = state.freight[FreightKey(project: record.stage.project, id: record.freight)]
        fields[.deliveryID] = freight?.delivery.map { String($0) }
        return fields
    }
}

extension Logger.Metadata {
    package static func of(_ fields: [LogKey: String]) -> Logger.Metadata {
        Logger.Metadata(uniqueKeysWithValues: fields.map { ($0.key.rawValue, .string($0.value)) })
    }
}

import HoistwayModel
import HoistwayPorts

/// The decisions of subscriptions about one delivery, updated by one round.
struct DecisionBook {
    private let round: DeliveryRound
    private let now: Timestamp
    /// Decisions of earlier rounds, by part.
    private let earlier: [DeliveryPart: SubscriptionDecision]
    private var decisions: [SubscriptionDecision] = []
    /// Questions of parts that may ask now.
    private(set) var needs: [DeliveryPart: [Confirmation]] = [:]

    init(_ round: DeliveryRound, now: Timestamp) {
        self.round = round
        self.now = now
        earlier = Dictionary(
            round.delivery.decisions.map { (DeliveryPart(event: $0.event, subscription: $0.key), $0) }
        ) { _, last in last }
    }

    /// Which subscriptions have finished an event; if the delivery is retried, failed ones are decided again.
    func settled(_ index: Int, _ event: Event) -> Set<SubscriptionKey> {
        let isDrivenAgain = round.delivery.state == .received
        return Set(
            of(index, event).filter { $0.state == .decided || ($0.state == .failed && !isDrivenAgain) }.map(\.key)
        )
    }

    /// Decisions of earlier rounds; a different subject means that the delivery is now decoded differently.
    private func of(_ index: Int, _ event: Event) -> [SubscriptionDecision] {
        let subject = Self.subject(of: event)
        return round.delivery.decisions.filter { $0.event == index && $0.subject == subject }
    }

    mutating func add(_ part: Intake.Decision.Part, of index: Int, _ event: Event) {
        let address = DeliveryPart(event: index, subscription: part.subscription)
        var decision = SubscriptionDecision(
            event: index,
            subject: Self.subject(of: event),
            key: part.subscription,
            state: .decided,
            reason: Self.telling(part.result.trace),
            trace: part.result.trace
        )
        decision.attempts = round.delivery.state == .received ? 0 : earlier[address]?.attempts ?? 0
        if !part.result.needs.isEmpty { wait(address, part.result.needs, &decision) }
        decisions.append(decision)
    }

    private mutating func wait(
        _ address: DeliveryPart,
        _ questions: [Confirmation],
        _ decision: inout SubscriptionDecision
    ) {
        decision.state = .waiting
        if let setback = round.setbacks[address] {
            decision.attempts += setback.isTry ? 1 : 0
            decision.reason = setback.reason
            decision.trace.append(setback.reason)
            decision.nextTry = setback.nextTry
            decision.failure = setback.failure
            if setback.nextTry == nil {
                decision.state = .failed
                decision.failureKind = setback.kind
            }
            return
        }
        let before = earlier[address]
        let isAsked = round.asked.contains(address)
        if let before, before.state == .waiting, round.delivery.state != .received, round.answered != address,
            isAsked || !(round.isEarly || NextTry.isDue(before.nextTry, now: now))
        {
            decision = before
            return
        }
        // After a crash it is asked for again at that time.
        decision.nextTry = now + IntakeService.askingPause
        if !isAsked { needs[address] = questions }
    }

    /// Keeps decisions of subscriptions that no longer exist, and ends those that still wait.
    mutating func leave(_ index: Int, _ event: Event, present: Set<SubscriptionKey>) {
        let settled = settled(index, event)
        for var decision in of(index, event) where !present.contains(decision.key) {
            if !settled.contains(decision.key) {
                decision.state = .decided
                decision.nextTry = nil
                decision.failureKind = nil
                decision.failure = nil
                decision.reason = "\(decision.key): no warehouse subscribes to it now"
                decision.trace.append(decision.reason)
            }
            decisions.append(decision)
        }
    }

    mutating func outcome(general: [String], isMatched: Bool) -> DeliveryOutcome {
        decisions.sort { ($0.event, $0.key.description) < ($1.event, $1.key.description) }
        let waiting = decisions.filter { $0.state == .waiting }
        let failed = decisions.filter { $0.state == .failed }
        let state: DeliveryState =
            if !waiting.isEmpty {
                .waiting
            } else if !failed.isEmpty {
                .failed
            } else {
                isMatched || !decisions.isEmpty ? .done : .ignored
            }
        return DeliveryOutcome(
            id: round.delivery.id,
            state: state,
            reason: reason(general: general, waiting: waiting, failed: failed),
            trace: general,
            nextTry: waiting.compactMap(\.nextTry).min(),
            attempts: decisions.map(\.attempts).max() ?? round.delivery.attempts,
            failureKind: state == .failed ? failed.first?.failureKind : nil,
            decisions: decisions
        )
    }

    private func reason(
        general: [String],
        waiting: [SubscriptionDecision],
        failed: [SubscriptionDecision]
    ) -> String {
        if decisions.count == 1 { return Self.named(decisions[0]) }
        let open = waiting + failed
        guard open.isEmpty else {
            let first = Self.named(open[0])
            let counts = [
                (decisions.count - open.count, "decided"), (waiting.count, "waiting"), (failed.count, "failed"),
            ]
            let told = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            return "\(told); \(first)"
        }
        let telling = decisions.filter { $0.reason.hasPrefix("freight ") }
        guard telling.count > 1 else {
            return telling.first?.reason ?? decisions.last?.reason ?? Self.telling(general)
        }
        let rest = telling.count > 3 ? "; and \(telling.count - 3) more" : ""
        return telling.prefix(3).map(Self.named).joined(separator: "; ") + rest
    }

    /// The reason, with project and warehouse in front unless it begins with them.
    private static func named(_ decision: SubscriptionDecision) -> String {
        let name = decision.key.warehouse.description
        return decision.reason.hasPrefix(name) ? decision.reason : "\(name): \(decision.reason)"
    }

    private static func telling(_ trace: [String]) -> String {
        let told = trace.last { $0.hasPrefix("freight ") }
        // That the freight exists already is less useful than why the commit makes no freight.
        if let told, told.contains(") exists already: "),
            let why = trace.last(where: { $0.hasSuffix("makes no freight") })
        {
            return why
        }
        return told ?? trace.last ?? "the delivery holds no event"
    }

    /// It is payload text, stored for each subscription: cut to what people read.
    private static func subject(of event: Event) -> String { String(event.subject.prefix(200)) }
}

import HoistwayModel
import HoistwayPorts
import Logging

/// A delivery whose subscriptions have questions; each part is answered, and decided, separately.
struct AskingRound: Sendable {
    var round: DeliveryRound
    var needs: [DeliveryPart: [Confirmation]]
}

extension IntakeService {
    /// An answer may raise another question (a newly known head), but only this often.
    private static let maxQuestions = 4

    private enum Answer: Sendable {
        case answers([Confirmation: Confirmation.Answer])
        case setback(Setback)
        /// Its next try has come while other parts are still waiting for answers.
        case due
        /// The program is stopping: the part is tried again after the next start.
        case stopped
    }

    /// Asks for all subscriptions at once and decides each part when its answer arrives; releases the delivery at the
    /// end.
    ///
    /// Questions for one subscription keep the order of the events. So the first of two tags is decided before the
    /// second.
    func ask(_ asking: AskingRound) async {
        var round = asking.round
        var times: [DeliveryPart: Int] = [:]
        var open: [DeliveryPart: [Confirmation]] = [:]
        await withTaskGroup(of: (DeliveryPart, Answer).self) { group in
            func start(_ needs: [DeliveryPart: [Confirmation]]) {
                open.merge(needs.filter { times[$0.key, default: 0] < Self.maxQuestions }) { _, new in new }
                let busy = Set(round.asked.map(\.subscription))
                let next = Dictionary(
                    grouping: open.keys.filter { !busy.contains($0.subscription) },
                    by: \.subscription
                )
                .compactMap { $0.value.min { $0.event < $1.event } }
                for part in next {
                    guard let questions = open.removeValue(forKey: part) else { continue }
                    times[part, default: 0] += 1
                    round.asked.insert(part)
                    let attempts = round.attempts(of: part)
                    group.addTask { (part, await answer(questions, of: part, attempts: attempts)) }
                }
            }
            start(asking.needs)
            while !round.asked.isEmpty, let (part, answer) = await group.next() {
                round.setbacks = [:]
                round.answered = nil
                if case .due = answer {} else { round.asked.remove(part) }
                switch answer {
                case .answers(let answers):
                    round.answers.merge(answers) { _, new in new }
                    round.answered = part
                case .setback(let setback):
                    round.setbacks[part] = setback
                    times[part] = 0
                    let pause = setback.nextTry.map { $0 - core.ports.clock.now() }
                    if let pause, !round.asked.isEmpty {
                        // The other parts may take long; after them, this part waits in the inbox.
                        group.addTask {
                            let isOver = (try? await core.ports.clock.sleep(for: pause)) != nil
                            return (part, isOver ? .due : .stopped)
                        }
                    }
                case .due: break
                case .stopped: continue
                }
                start(await decide(&round) ?? [:])
            }
            group.cancelAll()
        }
        taken.release(asking.round.delivery.id)
        // The service may otherwise sleep beyond this delivery's next try.
        inbox.notify()
    }

    /// Decides what can be decided now; `nil` if it cannot be stored.
    private func decide(_ round: inout DeliveryRound) async -> [DeliveryPart: [Confirmation]]? {
        let present = round
        do {
            let outcome = try await core.transact { transaction, core in
                core.take(present, into: &transaction)
            }
            due.note(outcome.decisions)
            core.asking.note(round.delivery.id, outcome.decisions)
            round = round.following(outcome.decisions)
            return outcome.needs
        } catch {
            if !Task.isCancelled {
                core.report(error, "the outcome of a delivery cannot be stored; it is taken again")
            }
            return nil
        }
    }

    private func answer(_ questions: [Confirmation], of part: DeliveryPart, attempts: Int) async -> Answer {
        let key = part.subscription
        let generation: Int
        switch core.asking.begin(key, now: core.ports.clock.now()) {
        case .ask(let present): generation = present
        case .later(let next, let reason): return .setback(Setback(reason: reason, nextTry: next, isTry: false))
        }
        let confirmer = Confirmer(
            ports: core.ports,
            pipelines: core.configuration.pipelines,
            present: { await core.ledger.snapshot },
            commits: core.countedCommits
        )
        do {
            let answers = try await confirmer.answers(to: questions, attempts: attempts)
            tell(core.asking.answered(key), key, reason: "")
            return .answers(answers)
        } catch {
            guard !Task.isCancelled else {
                core.asking.left(key)
                return .stopped
            }
            return .setback(setback(error, of: key, attempts: attempts, generation: generation))
        }
    }

    private func setback(_ error: any Error, of key: SubscriptionKey, attempts: Int, generation: Int) -> Setback {
        if !(error is NotThereYet) { core.metrics.outsideFailed(error) }
        let reason = message(of: error)
        let retry = (error as? any Diagnosable)?.retry ?? .backoff
        let now = core.ports.clock.now()
        if retry == .never {
            // This failure is an answer: the server works.
            tell(core.asking.answered(key), key, reason: reason)
            return Setback(reason: reason, nextTry: nil, failure: FailureRecord(of: error))
        }
        let failed = core.asking.failed(
            key,
            generation: generation,
            reason: reason,
            pause: { failures in
                Backoff.pause(attempt: max(failures, attempts + 1), retry: retry, random: core.ports.random)
            },
            concernsAll: FailureKind(of: error).concernsAllQuestions,
            now: now
        )
        tell(failed.turn, key, reason: reason)
        return Setback(
            reason: reason,
            nextTry: failed.nextTry ?? now,
            isTry: retry.isTry,
            failure: FailureRecord(of: error)
        )
    }

    /// One line when a subscription's questions begin to fail, and one when they are answered again.
    private func tell(_ turn: AskingRoom.Turn, _ key: SubscriptionKey, reason: String) {
        switch turn {
        case .none: return
        case .failing:
            core.log.warning(
                "a subscription's deliveries wait: requests to its registry or repository fail",
                metadata: .of([.warehouse: key.warehouse.description, .subscription: key.subscription, .reason: reason])
            )
        case .recovered:
            inbox.notify()
            core.log.info(
                "requests for a subscription succeed again; its deliveries continue",
                metadata: .of([.warehouse: key.warehouse.description, .subscription: key.subscription])
            )
        }
    }
}

extension DeliveryRound {
    /// The next round, after this one was stored.
    func following(_ decisions: [SubscriptionDecision]) -> DeliveryRound {
        var next = self
        next.delivery.state = .waiting
        next.delivery.decisions = decisions
        next.setbacks = [:]
        next.answered = nil
        next.isEarly = false
        return next
    }

    func attempts(of part: DeliveryPart) -> Int {
        delivery.decisions.first { $0.event == part.event && $0.key == part.subscription }?.attempts ?? 0
    }
}

extension FailureKind {
    /// Whether other questions to the same server, with the same credentials, would fail too.
    var concernsAllQuestions: Bool {
        switch self {
        case .unreachable, .timedOut, .unauthorized, .notAsked, .limited, .serverError, .local: true
        case .notFound, .malformed, .refused, .other: false
        }
    }
}

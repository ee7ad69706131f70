/// The rights of a receiver, and the known facts about one of its deliveries.
package struct EventSource: Sendable, Equatable {
    package var receiver: String
    /// The allowed repositories and images; `nil` for all.
    package var scope: SourceScope?
    /// The allowed projects; `nil` for all.
    package var projects: [String]?
    /// Whether the content is proven, so that a digest in it needs no confirmation.
    package var isEvidence: Bool
    package var receivedAt: Timestamp
    /// For people: `app-github delivery 17`.
    package var name: String
    /// Its number in the inbox; `nil` where the event was not delivered.
    package var delivery: Int64?

    package init(
        receiver: String,
        scope: SourceScope?,
        projects: [String]?,
        isEvidence: Bool,
        receivedAt: Timestamp,
        name: String,
        delivery: Int64? = nil
    ) {
        self.receiver = receiver
        self.scope = scope
        self.projects = projects
        self.isEvidence = isEvidence
        self.receivedAt = receivedAt
        self.name = name
        self.delivery = delivery
    }
}

/// A question to another system that an event raises: its answer is an input of the decision.
package enum Confirmation: Hashable, Sendable {
    /// Which digest does this tag have, at the configured registry?
    case digest(SubscriptionKey, tag: String)
    /// Which digest does this tag have, and when was the image built?
    case build(SubscriptionKey, tag: String)
    /// Where is this branch (full name) now, at the configured repository?
    case head(SubscriptionKey, ref: String)
    /// Which commit does this tag (full name) name now, at the configured repository?
    case tag(SubscriptionKey, ref: String)
    /// Does the configured repository list this version of its chart?
    case chart(SubscriptionKey, version: String)
    /// Which artifact is the newest of all existing ones now? The event is about the newest one so far.
    case look(SubscriptionKey)

    package enum Answer: Sendable, Equatable {
        case image(ImageAnswer)
        case build(ImageAnswer, at: Timestamp?)
        /// The head of a branch.
        ///
        /// - `after`: the head that was known at the time of the question
        /// - `leftOut`: why the head itself makes no freight, `nil` where it does
        /// - `newest`: the newest commit that makes freight, where it is known and is not the head
        /// - `merges`: commits above it that only merge the pushes of promotions, newest first
        case head(
            ObjectID?,
            after: ObjectID? = nil,
            leftOut: String? = nil,
            newest: CommitArtifact? = nil,
            merges: [SubscriptionRecord.OwnMerge] = []
        )
        /// `nil` for a tag that does not exist; `leftOut`: why it makes no freight.
        case tag(CommitArtifact?, leftOut: String? = nil)
        case chart(ChartAnswer)
        case look(Observation)
    }
}

/// Decides on one event, from the event, the manifests, the state and the present answers.
///
/// Each affected subscription is decided separately: one that must wait for another system does not delay others.
package struct Intake: Sendable {
    /// The result of an event for one subscription, or of a look at a warehouse.
    package struct Result: Sendable, Equatable {
        package var changes: [Change] = []
        /// One line for each decision.
        package var trace: [String] = []
        /// Questions whose answers are necessary for the decision.
        package var needs: [Confirmation] = []
        /// Whether the event matches any subscription.
        package var isMatched = false
        /// Freight that was made.
        package var freight: [FreightKey] = []
        /// Whether the newest artifact is gone, so that an older one counts: it makes no freight automatically.
        package var isStepBack = false
    }

    /// The results of an event for all subscriptions.
    package struct Decision: Sendable, Equatable {
        package struct Part: Sendable, Equatable {
            package var subscription: SubscriptionKey
            /// It has no changes where it has questions.
            package var result: Result
        }

        /// In the order of project and warehouse; subscriptions that were skipped are left out.
        package var parts: [Part] = []
        /// One line for each decision on the event as a whole.
        package var general: [String] = []
        /// Whether the event matches any subscription, or any manifests in Git.
        package var isMatched = false
        /// Manifests that must be read again.
        package var manifests: [ManifestSource] = []

        package var changes: [Change] { parts.flatMap(\.result.changes) }
        package var needs: [Confirmation] { parts.flatMap(\.result.needs) }
        package var freight: [FreightKey] { parts.flatMap(\.result.freight) }
        /// All lines.
        package var trace: [String] { general + parts.flatMap(\.result.trace) }
    }

    package var pipelines: Pipelines
    /// The subscribers in `pipelines`; `nil`: they are computed when they are needed.
    private let subscribers: Subscribers?
    package var now: Timestamp
    package var answers: [Confirmation: Confirmation.Answer]
    package var criteria: FreightCriteria
    /// Computes SHA-1: the model has no hash of its own.
    package var sha1: @Sendable ([UInt8]) -> [UInt8]

    /// - Parameter subscribers: must be of the same pipelines; `nil`: they are computed when they are needed.
    package init(
        pipelines: Pipelines,
        subscribers: Subscribers? = nil,
        now: Timestamp,
        answers: [Confirmation: Confirmation.Answer],
        criteria: FreightCriteria = .unavailable,
        sha1: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.pipelines = pipelines
        self.subscribers = subscribers
        self.now = now
        self.answers = answers
        self.criteria = criteria
        self.sha1 = sha1
    }

    /// - Parameter settled: subscriptions that have decided on this event before; they are left out.
    package func decide(
        _ event: Event,
        from source: EventSource,
        except settled: Set<SubscriptionKey> = [],
        on state: PipelineState,
        matcher: some PatternMatcher
    ) -> Decision {
        guard let allowed = source.scope.map({ $0.limiting(event) }) ?? event else {
            return Decision(
                general: [
                    "receiver \(source.receiver) may not report \(event.keys.joined(separator: ", ")): "
                        + "not among its sources"
                ]
            )
        }
        return evaluate(allowed, from: source, except: settled, on: state, matcher: matcher)
    }

    private func evaluate(
        _ event: Event,
        from source: EventSource,
        except settled: Set<SubscriptionKey>,
        on state: PipelineState,
        matcher: some PatternMatcher
    ) -> Decision {
        switch event {
        case .image(let image):
            decide(keys: [image.image.text], source: source, except: settled, state: state, matcher: matcher) {
                warehouse,
                subscription,
                state,
                result in
                if case .chart(let wanted) = subscription {
                    return accept(image, wanted, in: warehouse, state: state, into: &result)
                }
                guard case .image(let wanted) = subscription, wanted.key == image.image else { return nil }
                return accept(
                    image,
                    wanted,
                    in: warehouse,
                    source: source,
                    state: state,
                    matcher: matcher,
                    into: &result
                )
            }
        case .push(let push):
            decide(
                keys: push.repoKeys.map(\.text),
                source: source,
                except: settled,
                state: state,
                after: following(push, matcher: matcher),
                matcher: matcher
            ) {
                warehouse,
                subscription,
                state,
                result in
                guard case .git(let wanted) = subscription, push.repoKeys.contains(wanted.key) else { return nil }
                return accept(
                    push,
                    wanted,
                    in: warehouse,
                    source: source,
                    state: state,
                    matcher: matcher,
                    into: &result
                )
            }
        case .tag(let tag):
            decide(
                keys: tag.repoKeys.map(\.text),
                source: source,
                except: settled,
                state: state,
                matcher: matcher
            ) {
                warehouse,
                subscription,
                state,
                result in
                guard case .git(let wanted) = subscription, tag.repoKeys.contains(wanted.key) else { return nil }
                return accept(tag, wanted, in: warehouse, state: state, matcher: matcher, into: &result)
            }
        case .pullRequest:
            // The engine finds the promotions that wait for the pull request.
            Decision()
        case .chart(let chart):
            decide(
                keys: [chart.repository.text],
                source: source,
                except: settled,
                state: state,
                matcher: matcher
            ) {
                warehouse,
                subscription,
                state,
                result in
                guard case .chart(let wanted) = subscription else { return nil }
                return accept(chart, wanted, in: warehouse, source: source, state: state, into: &result)
            }
        case .ping:
            Decision(general: ["ping: the signature is right"])
        case .ignored(_, let reason):
            Decision(general: ["ignored: \(IgnoredReason.sentence(for: reason))"])
        }
    }

    /// Decides for each subscription that the event may affect, and adds to `known`.
    ///
    /// `accept` gives the subscription's new record, and `nil` where the event is not for it.
    private func decide(
        keys: [String],
        source: EventSource,
        except settled: Set<SubscriptionKey>,
        state: PipelineState,
        after known: Decision = Decision(),
        matcher: some PatternMatcher,
        accept: (Warehouse, Subscription, PipelineState, inout Result) -> SubscriptionRecord??
    ) -> Decision {
        var decision = known
        var state = state
        for warehouse in warehouses(of: keys, for: source) {
            for subscription in warehouse.subscriptions {
                let key = SubscriptionKey(warehouse: warehouse.key, subscription: subscription.id)
                guard !settled.contains(key) else {
                    decision.isMatched = true
                    continue
                }
                var result = Result(isMatched: true)
                guard let record = accept(warehouse, subscription, state, &result) else { continue }
                decision.isMatched = true
                if let record, result.needs.isEmpty {
                    take(record, of: warehouse, source: source, state: &state, matcher: matcher, into: &result)
                }
                decision.parts.append(Decision.Part(subscription: key, result: result))
            }
        }
        if !decision.isMatched {
            decision.general.append("no warehouse subscribes to \(keys.joined(separator: ", "))")
        }
        return decision
    }

    private func take(
        _ record: SubscriptionRecord,
        of warehouse: Warehouse,
        source: EventSource,
        state: inout PipelineState,
        matcher: some PatternMatcher,
        into result: inout Result
    ) {
        state.apply(.putSubscription(record))
        result.changes.append(.putSubscription(record))
        guard !result.isStepBack else { return }
        form(
            of: warehouse,
            cause: source.name,
            delivery: source.delivery,
            state: &state,
            matcher: matcher,
            into: &result
        )
    }

    /// Makes freight from the newest artifacts, and records where criteria hold it back.
    func form(
        of warehouse: Warehouse,
        cause: String,
        delivery: Int64? = nil,
        state: inout PipelineState,
        matcher: some PatternMatcher,
        into result: inout Result
    ) {
        let attempt = FreightAssembly(warehouse: warehouse, now: now, criteria: criteria, sha1: sha1).form(
            from: state,
            cause: cause,
            delivery: delivery,
            matcher: matcher
        )
        result.trace.append(attempt.reason)
        note(attempt.heldBack, of: warehouse, state: &state, into: &result)
        guard let freight = attempt.record else { return }
        state.apply(.putFreight(freight))
        result.changes.append(.putFreight(freight))
        result.freight.append(freight.key)
    }

    /// Records freight that criteria hold back; `nil`: there is none.
    func note(
        _ heldBack: WarehouseRecord.HeldBack?,
        of warehouse: Warehouse,
        state: inout PipelineState,
        into result: inout Result
    ) {
        var record = state.warehouses[warehouse.key] ?? WarehouseRecord(key: warehouse.key)
        guard record.heldBack != heldBack else { return }
        record.heldBack = heldBack
        state.apply(.putWarehouse(record))
        result.changes.append(.putWarehouse(record))
    }

    private func warehouses(of keys: [String], for source: EventSource) -> [Warehouse] {
        (subscribers ?? Subscribers(pipelines)).warehouses(of: keys)
            .filter { key in source.projects.map { $0.contains(key.project) } ?? true }
            .compactMap { pipelines.projects[$0.project]?.warehouses[$0.name] }
    }
}

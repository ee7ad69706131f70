/// The requests in changed annotations of manifests.
///
/// With Kargo annotations, a person who applies manifests requests an action once. The values of an object that is new
/// here are only stored: its annotation may be years old, and its request was done or forgotten.
package struct AnnotatedRequests: Sendable, Equatable {
    /// A request that was accepted, with its result for people.
    package struct Taken: Sendable, Equatable {
        package var key: ObjectKey
        package var request: ObjectAnnotations.Request
        package var outcome: String
    }

    package private(set) var changes: [Change] = []
    package private(set) var taken: [Taken] = []
    /// Warehouses to look at now.
    package private(set) var warehouses: [WarehouseKey] = []
    /// Stages whose branches must be looked at now.
    package private(set) var stages: [StageKey] = []

    package init(of pipelines: Pipelines, on state: PipelineState, now: Timestamp) {
        var state = state
        for project in pipelines.projects.values.sorted(by: { $0.name < $1.name }) {
            for warehouse in project.warehouses.values.sorted(by: { $0.key.name < $1.key.name }) {
                for _ in fresh(ObjectKey(warehouse.key), warehouse.annotations, among: [.refresh], &state) {
                    warehouses.append(warehouse.key)
                    take(.refresh, of: ObjectKey(warehouse.key), "it is looked at")
                }
            }
            for stage in project.stages.values.sorted(by: { $0.key.name < $1.key.name }) {
                let key = ObjectKey(stage.key)
                for (request, value) in fresh(key, stage.annotations, among: [.refresh, .reverify, .abort], &state) {
                    switch request {
                    case .refresh:
                        stages.append(stage.key)
                        take(request, of: key, "its branches are looked at")
                    case .reverify: take(request, of: key, reverify(stage, &state, now: now))
                    case .abort: take(request, of: key, abort(stage, value, &state, now: now))
                    }
                }
            }
        }
    }

    private mutating func take(_ request: ObjectAnnotations.Request, of key: ObjectKey, _ outcome: String) {
        taken.append(Taken(key: key, request: request, outcome: outcome))
    }

    private mutating func put(_ change: Change, _ state: inout PipelineState) {
        state.apply(change)
        changes.append(change)
    }

    /// Requests whose value differs from the stored one; stores all values.
    private mutating func fresh(
        _ key: ObjectKey,
        _ annotations: ObjectAnnotations?,
        among requests: [ObjectAnnotations.Request],
        _ state: inout PipelineState
    ) -> [(ObjectAnnotations.Request, String)] {
        let known = state.annotations[key]
        var record = known ?? AnnotationRecord(key: key)
        var fresh: [(ObjectAnnotations.Request, String)] = []
        for request in requests {
            guard let value = annotations?.value(of: request), record.seen[request.rawValue] != value else { continue }
            record.seen[request.rawValue] = value
            if known != nil { fresh.append((request, value)) }
        }
        if record != known { put(.putAnnotations(record), &state) }
        return fresh
    }

    // MARK: Actions

    /// Verifies again in a stage with automatic verification, also after an earlier failure.
    private mutating func reverify(_ stage: Stage, _ state: inout PipelineState, now: Timestamp) -> String {
        let way = Verification.way(of: stage, in: state)
        guard way != .byPerson else {
            return "nothing is verified: the stage waits for `hoistway verify \(stage.key)`"
        }
        guard let record = state.stages[stage.key], record.lost == nil, let collection = record.history.first else {
            return "nothing is verified: no freight is in it"
        }
        var verified = 0
        for (_, id) in collection.items.sorted(by: { $0.key < $1.key }) {
            guard var freight = state.freight[FreightKey(project: stage.key.project, id: id)],
                freight.unverifiedIn?[stage.key.name] == nil, collection.undelivered(id) == nil
            else { continue }
            verified += 1
            guard freight.verifiedIn[stage.key.name] == nil else { continue }
            if way == .atOnce {
                freight.verify(in: stage.key.name, at: now, by: nil)
            } else {
                freight.forgetFailure(in: stage.key.name)
            }
            if freight != state.freight[freight.key] { put(.putFreight(freight), &state) }
        }
        let health = StageHealth(of: stage.key, open: state.openPromotions(of: stage.key).first, in: state)
        for change in Verification.changes(byHealthOf: stage, health: health, state, now: now) { put(change, &state) }
        guard way == .atOnce || Verification.pending(in: stage.key, state).isEmpty else {
            return "its freight is verified as soon as the stage is healthy"
        }
        return verified == 0
            ? "nothing is verified: its promotion did nothing, or its freight did not arrive"
            : "its freight is verified"
    }

    private mutating func abort(
        _ stage: Stage,
        _ value: String,
        _ state: inout PipelineState,
        now: Timestamp
    ) -> String {
        let open = state.openPromotions(of: stage.key)
        // The name of a promotion selects that promotion; any other value, such as Kargo's `terminate`, selects the
        // current one.
        let named = PromotionID(value)
        if state.promotions[named]?.stage == stage.key, !open.contains(where: { $0.id == named }) {
            return "promotion \(named) is over already"
        }
        guard let record = open.first(where: { $0.id == named }) ?? open.first else {
            return "there is no open promotion to end"
        }
        let asking = "the annotation \(ObjectAnnotations.prefix)abort"
        for change in Abort.changes(record, by: asking, stage: stage, state: state, now: now) { put(change, &state) }
        guard state.promotions[record.id]?.phase.isTerminal ?? true else {
            return "promotion \(record.id) ends when open pushes and requests are done"
        }
        return "promotion \(record.id) is ended"
    }
}

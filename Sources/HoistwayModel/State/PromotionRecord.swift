/// A whole promotion: freight on its way to a stage.
///
/// The state has this record while the promotion is open. After its end, the state keeps an ``EndedPromotion``, and the
/// store keeps the whole record.
package struct PromotionRecord: OutlinedPromotion, Sendable, Equatable {
    package var outline: PromotionOutline
    /// Why it was created, for people.
    package var reason: String
    /// The steps from its creation.
    package var steps: [StepTemplate]
    /// The variables of the stage and its template, from its creation; `nil`: there are none.
    package var variables: [PipelineVariable]?
    /// A tree that a person has accepted although it exceeds the stage's limits.
    package var acceptedTree: ObjectID?
    /// Digests of differences that a person has accepted although they exceed the stage's limits; `nil`: there are
    /// none.
    package var acceptedDifferences: [String]?
    /// The pushes in the preview from which it was made; `nil`: it was made without a preview.
    package var previewed: PreviewedPushes?
    /// The differences from its preview, if they are why it pushed nothing; `nil`: they are not.
    package var outdated: OutdatedPreview?
    /// When it is tried again after a failure of another system.
    package var nextTry: Timestamp?
    /// Failures of other systems since the last success.
    package var attempts: Int
    package var stepRecords: [StepRecord]
    /// The number of its present run; `nil`: the first.
    ///
    /// Each branch that moved after the promotion had acted began another run.
    package var runNumber: Int?
    package var branches: [BranchOutcome]
    /// Allowed facts that may surprise, one sentence each; `nil`: there are none, or an older version recorded it.
    package var warnings: [String]?
    /// The delivered commit for each commit of its freight; `nil`: there are none, or an older version recorded it.
    package var deliveredCommits: [DeliveredCommit]?
    /// Who has requested its end; it ends when the results of its actions are known.
    package var abortedBy: String?
    /// Failures of other systems since its last progress; `nil`: there are none.
    package var trouble: Trouble?
    /// Set while it runs, and kept if the program ends meanwhile; `nil`: it never ran, or continued normally.
    package var run: RunMark?

    package init(
        id: PromotionID,
        stage: StageKey,
        freight: FreightID,
        collection: [String: FreightID],
        actor: Actor,
        reason: String,
        steps: [StepTemplate],
        variables: [PipelineVariable]? = nil,
        mode: PromotionMode,
        acceptedTree: ObjectID? = nil,
        createdAt: Timestamp
    ) {
        outline = PromotionOutline(
            id: id,
            stage: stage,
            freight: freight,
            collection: collection,
            actor: actor,
            mode: mode,
            phase: .pending,
            message: "",
            createdAt: createdAt
        )
        self.reason = reason
        self.steps = steps
        self.variables = variables
        self.acceptedTree = acceptedTree
        attempts = 0
        stepRecords = []
        branches = []
    }

    /// The most warnings that are kept.
    package static let maxWarnings = 20

    /// Keeps each warning once.
    package mutating func warn(_ texts: [String]) {
        var seen: Set<String> = []
        let kept = texts.filter { seen.insert($0).inserted }.prefix(Self.maxWarnings)
        warnings = kept.isEmpty ? nil : Array(kept)
    }

    package var arrivals: [BranchArrival] { branches.map(\.arrival) }
    package var notableSteps: [StepRecord] { stepRecords }
    package var hasPushed: Bool { branches.contains { $0.pushed } }
}

// Only an open promotion changes.
extension PromotionRecord {
    package var id: PromotionID {
        get { outline.id }
        set { outline.id = newValue }
    }
    package var stage: StageKey {
        get { outline.stage }
        set { outline.stage = newValue }
    }
    package var freight: FreightID {
        get { outline.freight }
        set { outline.freight = newValue }
    }
    package var collection: [String: FreightID] {
        get { outline.collection }
        set { outline.collection = newValue }
    }
    package var actor: Actor {
        get { outline.actor }
        set { outline.actor = newValue }
    }
    package var mode: PromotionMode {
        get { outline.mode }
        set { outline.mode = newValue }
    }
    package var phase: PromotionPhase {
        get { outline.phase }
        set { outline.phase = newValue }
    }
    package var message: String {
        get { outline.message }
        set { outline.message = newValue }
    }
    package var createdAt: Timestamp {
        get { outline.createdAt }
        set { outline.createdAt = newValue }
    }
    package var startedAt: Timestamp? {
        get { outline.startedAt }
        set { outline.startedAt = newValue }
    }
    package var finishedAt: Timestamp? {
        get { outline.finishedAt }
        set { outline.finishedAt = newValue }
    }
    package var removal: String? {
        get { outline.removal }
        set { outline.removal = newValue }
    }
    package var gaveWayTo: PromotionID? {
        get { outline.gaveWayTo }
        set { outline.gaveWayTo = newValue }
    }
    package var failure: FailureRecord? {
        get { outline.failure }
        set { outline.failure = newValue }
    }
}

// As one object with the keys of the outline and its own keys.
extension PromotionRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case reason, steps, variables, acceptedTree, acceptedDifferences, previewed, outdated, nextTry, attempts
        case stepRecords, runNumber, branches, warnings, deliveredCommits, abortedBy, trouble, run
    }

    package init(from decoder: any Decoder) throws {
        outline = try PromotionOutline(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        reason = try container.decode(String.self, forKey: .reason)
        steps = try container.decode([StepTemplate].self, forKey: .steps)
        variables = try container.decodeIfPresent([PipelineVariable].self, forKey: .variables)
        acceptedTree = try container.decodeIfPresent(ObjectID.self, forKey: .acceptedTree)
        acceptedDifferences = try container.decodeIfPresent([String].self, forKey: .acceptedDifferences)
        previewed = try container.decodeIfPresent(PreviewedPushes.self, forKey: .previewed)
        outdated = try container.decodeIfPresent(OutdatedPreview.self, forKey: .outdated)
        nextTry = try container.decodeIfPresent(Timestamp.self, forKey: .nextTry)
        attempts = try container.decode(Int.self, forKey: .attempts)
        stepRecords = try container.decode([StepRecord].self, forKey: .stepRecords)
        runNumber = try container.decodeIfPresent(Int.self, forKey: .runNumber)
        branches = try container.decode([BranchOutcome].self, forKey: .branches)
        warnings = try container.decodeIfPresent([String].self, forKey: .warnings)
        deliveredCommits = try container.decodeIfPresent([DeliveredCommit].self, forKey: .deliveredCommits)
        abortedBy = try container.decodeIfPresent(String.self, forKey: .abortedBy)
        trouble = try container.decodeIfPresent(Trouble.self, forKey: .trouble)
        run = try container.decodeIfPresent(RunMark.self, forKey: .run)
    }

    package func encode(to encoder: any Encoder) throws {
        try outline.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(reason, forKey: .reason)
        try container.encode(steps, forKey: .steps)
        try container.encodeIfPresent(variables, forKey: .variables)
        try container.encodeIfPresent(acceptedTree, forKey: .acceptedTree)
        try container.encodeIfPresent(acceptedDifferences, forKey: .acceptedDifferences)
        try container.encodeIfPresent(previewed, forKey: .previewed)
        try container.encodeIfPresent(outdated, forKey: .outdated)
        try container.encodeIfPresent(nextTry, forKey: .nextTry)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(stepRecords, forKey: .stepRecords)
        try container.encodeIfPresent(runNumber, forKey: .runNumber)
        try container.encode(branches, forKey: .branches)
        try container.encodeIfPresent(warnings, forKey: .warnings)
        try container.encodeIfPresent(deliveredCommits, forKey: .deliveredCommits)
        try container.encodeIfPresent(abortedBy, forKey: .abortedBy)
        try container.encodeIfPresent(trouble, forKey: .trouble)
        try container.encodeIfPresent(run, forKey: .run)
    }
}

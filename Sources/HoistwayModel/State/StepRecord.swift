/// What one step of a promotion did.
package struct StepRecord: Sendable, Equatable, Codable {
    package enum Status: String, Sendable, Codable, CaseIterable {
        case pending = "Pending"
        case succeeded = "Succeeded"
        case skipped = "Skipped"
        case running = "Running"
        case aborted = "Aborted"
        case failed = "Failed"
        case errored = "Errored"

        package var isFinal: Bool { self != .pending && self != .running }
    }

    package var alias: String
    package var uses: String
    package var status: Status
    package var message: String
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    package var errorCount: Int
    /// Whether the step has begun to act outside, other than by a push; `nil`: no.
    ///
    /// Stored before it acts: without a final status, nobody knows what became of it.
    package var began: Bool?
    /// Whether it has begun to act, and what came of that is not on record; `nil`: no.
    package var isOpen: Bool?
    /// How often it was done with looking and is to look again; `nil`: never.
    package var looks: Int?
    /// The Applications that the stage's health rests on from now on; `nil`: the step leaves none.
    package var applications: [ApplicationCheck]?
    /// The Applications whose change is a reason to look again at once; `nil`: the step waits for none.
    package var waitsFor: [ApplicationAddress]?
    /// The pull request whose change is a reason to look again at once; `nil`: the step waits for none.
    package var pullRequest: PullRequestWait?
    /// Why it did not succeed, or is to be tried again; `nil`: nothing is wrong, or an older version recorded it.
    package var failure: FailureRecord?
    /// The pull request that the step is about, as it was last seen; `nil`: there is none, or it was not seen yet.
    package var pull: PromotedPull?
    /// What the step keeps of its last look for the next one; `nil`: nothing.
    package var memory: ConfigValue?
    /// It did not run, since it needs what a step gives that was only told; `nil`: it is not so.
    package var isUnknown: Bool?
    /// What it would do was told, and not done; `nil`: it is not so.
    package var isTold: Bool?

    /// Whether it waits for something whose changes are told: another look needs no files of the steps before.
    package var isLook: Bool { status == .running && (waitsFor != nil || pullRequest != nil) }

    package init(
        alias: String,
        uses: String,
        status: Status = .pending,
        message: String = "",
        startedAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil,
        errorCount: Int = 0
    ) {
        self.alias = alias
        self.uses = uses
        self.status = status
        self.message = message
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.errorCount = errorCount
    }
}

extension StepRecord {
    /// What is said of a step that the end of the program cut off, where nothing can be found out.
    package static let unknownEnd = "the program ended while this was under way: nobody knows whether it was done"
}

/// What was found outside of a step that the end of the program cut off.
package struct StepTrace: Sendable, Equatable {
    /// For people.
    package var text: String
    /// The pull request that it was about, as it is now; `nil`: it was about none, or there is none.
    package var pull: PromotedPull?

    package init(_ text: String, pull: PromotedPull? = nil) {
        self.text = text
        self.pull = pull
    }
}

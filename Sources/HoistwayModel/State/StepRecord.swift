/// The progress and result of one step of a promotion.
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
    /// Whether the step has begun an action on another system, other than a push; `nil`: no.
    ///
    /// It is stored before the action: without a final status, the result of the action is not known.
    package var began: Bool?
    /// Whether it has begun an action whose result is not recorded; `nil`: no.
    package var isOpen: Bool?
    /// How often it has looked without a result and must look again; `nil`: never.
    package var looks: Int?
    /// The Applications on which the stage's health depends from now on; `nil`: the step adds none.
    package var applications: [ApplicationCheck]?
    /// The Applications whose changes cause a new look at once; `nil`: the step does not wait for Applications.
    package var waitsFor: [ApplicationAddress]?
    /// The pull request whose changes cause a new look at once; `nil`: the step does not wait for a pull request.
    package var pullRequest: PullRequestWait?
    /// Why it did not succeed, or must be tried again; `nil`: there is no failure, or an older version recorded it.
    package var failure: FailureRecord?
    /// The step's pull request in its last known state; `nil`: there is none, or it was not seen yet.
    package var pull: PromotedPull?
    /// Data that the step keeps from its last look for the next one; `nil`: there are none.
    package var memory: ConfigValue?
    /// Whether it did not run because it needs outputs of a step that only described its action; `nil`: no.
    package var isUnknown: Bool?
    /// Whether it only described its action, as in a preview; `nil`: no.
    package var isTold: Bool?

    /// Whether it waits for changes that are reported: another look needs no files of the earlier steps.
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
    /// The message of a step that the end of the program interrupted, where its result cannot be found out.
    package static let unknownEnd = "the program ended while this was under way: nobody knows whether it was done"
}

/// Facts from another system about a step that the end of the program interrupted.
package struct StepTrace: Sendable, Equatable {
    /// For people.
    package var text: String
    /// The step's pull request in its present state; `nil`: there is none.
    package var pull: PromotedPull?

    package init(_ text: String, pull: PromotedPull? = nil) {
        self.text = text
        self.pull = pull
    }
}

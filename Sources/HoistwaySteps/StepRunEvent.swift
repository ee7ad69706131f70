package import HoistwayModel
package import HoistwayPorts

// The engine (a lane) drives a run like this:
//
//     var run = StepRun(steps: record.steps, context: context)
//     loop: switch await run.next() {
//     case .pushNeeded(let need): … push, then: run.pushed(outcome)
//     case .retryLater, .waiting: … the run is thrown away, and another begins later
//     case .apartNeeded: … the run is thrown away, and another begins in a task of its own
//     case .willAct, .hasActed: … store run.records and run.results
//     case .finished(let phase, let message): …
//     }
//     run.records, run.imageChanges

/// A request or the result of a run of steps.
package enum StepRunEvent: Sendable {
    /// A `git-push` step needs this push. The run continues after `pushed(_:)`.
    case pushNeeded(PushNeed)
    /// Another system failed: the promotion stays Running, and its steps run again from the first.
    case retryLater(message: String, retry: Retry)
    /// A step has acted and looks again after that time; the results so far must be stored.
    case waiting(message: String, after: Duration)
    /// The next step takes long: the run continues only in a context that is apart from the lane, with a place of the
    /// kind that the step needs.
    case apartNeeded
    /// A step will act on another system: records and results must be stored before the run continues, unless
    /// `refuse(_:)` forbids the action.
    case willAct
    /// A step has acted on another system: records and results must be stored before the run continues.
    case hasActed
    case finished(PromotionPhase, message: String)
}

/// A push that a step requests.
package struct PushNeed: Sendable {
    /// The step's alias.
    package var alias: String
    package var outgoing: OutgoingBranch
    /// Short name of the branch to push to, or of the tag.
    package var targetBranch: String
    /// The mount's path in the workspace.
    package var path: String
    /// The subject of the newest commit.
    package var subject: String
    package var kind = PushedRef.branch
    /// The tag's object, where a tag is pushed.
    package var tag: ObjectID?
    /// The branch that is checked out; `nil` where it is a tag or a commit.
    package var checkedOut: String?
    /// The id that `git-commit` gave for the newest commit; `nil` where that one was pushed earlier.
    package var provisional: ObjectID?
    /// The `provider` of the `git-push` step.
    package var provider: String?
    /// Files that differ between the branch and the checked-out commit, and that would get the checkout's content.
    package var overwritten: [GitPath] = []
    /// It represents the merge of a pull request, which a host makes.
    package var isMerge = false
    /// Not `nil`: steps edited files that differ between the branch and the checked-out commit.
    ///
    /// The steps have to run again with the branch's version of these files; nothing is sent before that.
    package var graft: Graft?

    package init(alias: String, outgoing: OutgoingBranch, targetBranch: String, path: String, subject: String) {
        self.alias = alias
        self.outgoing = outgoing
        self.targetBranch = targetBranch
        self.path = path
        self.subject = subject
    }
}

/// The result of a requested push.
package enum PushOutcome: Sendable, Equatable {
    case pushed(ObjectID)
    /// Nothing is pushed, since the stage is in observe mode or this is a dry run: the commit that the branch would
    /// get.
    case observed(ObjectID, because: String)
    /// The branch already has the content, at this commit.
    case nothingToPush(ObjectID)
    /// A rule, a policy or the server refuses it, with this text: the step has Failed.
    case refused(String, FailureRecord.Code = .refused, kind: FailureKind = .refused)
}

/// One image entry of a kustomization that a step changed.
package struct ImageChange: Sendable, Equatable {
    /// Path within the repository: `stages/test/kustomization.yaml`.
    package var file: String
    package var name: String
    /// The image that the entry was set for.
    package var image: String
    /// The checkout that holds the file, without `.` and `..`.
    package var mount: String
    /// What the edit removed, each with the entry's name.
    package var removed: [String]
    /// As written in the entry: tag and digest before and after; `nil` where the entry has or had none.
    package var oldTag: String?
    package var newTag: String?
    package var oldDigest: String?
    package var newDigest: String?

    package init(
        file: String,
        name: String,
        oldTag: String?,
        newTag: String?,
        oldDigest: String?,
        newDigest: String?,
        image: String? = nil,
        removed: [String] = [],
        mount: String = ""
    ) {
        self.file = file
        self.name = name
        self.image = image ?? name
        self.removed = removed
        self.mount = mount
        self.oldTag = oldTag
        self.newTag = newTag
        self.oldDigest = oldDigest
        self.newDigest = newDigest
    }
}

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

/// What a run of steps needs or has come to.
package enum StepRunEvent: Sendable {
    /// A `git-push` step wants this sent. The run goes on after `pushed(_:)`.
    case pushNeeded(PushNeed)
    /// The outside failed: the promotion stays Running, and its steps are run again from the first.
    case retryLater(message: String, retry: Retry)
    /// A step has acted and looks again after that time; what was done so far is to be stored.
    case waiting(message: String, after: Duration)
    /// The next step takes its time: the run goes on only in a context that is apart from the lane, and holds a place of
    /// the kind that the step needs.
    case apartNeeded
    /// A step is about to act outside: records and results are to be stored before the run goes on, unless `refuse(_:)`
    /// says that it must not.
    case willAct
    /// A step has acted outside: records and results are to be stored before the run goes on.
    case hasActed
    case finished(PromotionPhase, message: String)
}

/// A push that a step asks for.
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
    /// The branch that is checked out; `nil` where a tag or a commit is.
    package var checkedOut: String?
    /// The id that `git-commit` gave for the newest commit; `nil` where that was pushed before.
    package var provisional: ObjectID?
    /// As `git-push` names it.
    package var provider: String?
    /// Files that the branch has otherwise than what was checked out, and that would get the checkout's content.
    package var overwritten: [GitPath] = []
    /// It stands for the merge of a pull request, which a host makes.
    package var isMerge = false
    /// Not `nil`: steps edited files that the branch has otherwise than what was checked out.
    ///
    /// The steps have to run again
    /// with these files as the branch has them; nothing is sent before that.
    package var graft: Graft?

    package init(alias: String, outgoing: OutgoingBranch, targetBranch: String, path: String, subject: String) {
        self.alias = alias
        self.outgoing = outgoing
        self.targetBranch = targetBranch
        self.path = path
        self.subject = subject
    }
}

/// What became of a push that was asked for.
package enum PushOutcome: Sendable, Equatable {
    case pushed(ObjectID)
    /// Nothing is pushed, since the stage is observed or this is a dry run: the commit that the branch would have got.
    case observed(ObjectID, because: String)
    /// The branch has the content already, at this commit.
    case nothingToPush(ObjectID)
    /// A rule, a policy or the server says no, in these words: the step has Failed.
    case refused(String, FailureRecord.Code = .refused, kind: FailureKind = .refused)
}

/// One image entry of a kustomization that a step changed.
package struct ImageChange: Sendable, Equatable {
    /// Path within the repository: `stages/test/kustomization.yaml`.
    package var file: String
    package var name: String
    /// The image that the entry was set for.
    package var image: String
    /// The checkout that the file lies in, without `.` and `..`.
    package var mount: String
    /// What the edit took away, each with the entry's name.
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

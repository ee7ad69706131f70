/// A failure as it is kept: what programs go by, beside the sentence for people.
package struct FailureRecord: Sendable, Equatable, Codable {
    /// What failed, or which rule said no.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// Something outside did not do as it was asked; the kind says in which way.
        case outside
        /// A step ended without success.
        case step
        /// The promotion would change or delete more than the stage's limits allow: a person may accept it.
        case limits
        /// A branch is not where it was left.
        case drift
        /// Others have committed what the promotion would write over.
        case foreignCommits
        /// Another instance, or another updater, commits what the stage commits.
        case twoWriters
        /// The branches bear promotions that the state knows nothing of.
        case lostState
        /// The stage's branches could not be looked at yet.
        case notLooked
        /// It would change what belongs to another stage.
        case othersWork
        /// It would push something else than its preview has shown.
        case previewOutdated
        /// An image would become older.
        case downgrade
        /// The stage has changed to observe mode.
        case observed
        /// The program ended again and again while the promotion ran.
        case crashed
        /// Another rule of the program said no.
        case refused
        case other
    }

    package var code: Code
    package var kind: FailureKind
    package var message: String
    /// What to do next; `nil`: nothing is known that helps.
    package var hint: String?

    package init(_ code: Code, kind: FailureKind = .other, message: String, hint: String? = nil) {
        self.code = code
        self.kind = kind
        self.message = message
        self.hint = hint
    }
}

extension FailureRecord {
    /// Of an error of ours, with its kind, its message and its hint; of any other, in plain words.
    ///
    /// - Parameter prefix: stands before the message, such as a step's alias.
    package init(of error: any Error, _ code: Code = .outside, prefix: String = "") {
        let known = error as? any Diagnosable
        self.init(
            code,
            kind: FailureKind(of: error),
            message: prefix + (known?.message ?? PlainError.text(of: error)),
            hint: known?.hint
        )
    }
}

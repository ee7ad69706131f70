/// A stored failure: the data for programs, and the sentence for people.
package struct FailureRecord: Sendable, Equatable, Codable {
    /// What failed, or which rule refused.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// Another system failed or refused; the kind gives the details.
        case outside
        /// A step ended without success.
        case step
        /// The promotion would change or delete more than the stage's limits allow; a person may accept that.
        case limits
        /// A branch is not where Hoistway left it.
        case drift
        /// The promotion would overwrite commits of others.
        case foreignCommits
        /// Another instance, or another updater, makes the same commits as the stage.
        case twoWriters
        /// The branches have promotions that the state does not contain.
        case lostState
        /// The stage's branches could not be looked at yet.
        case notLooked
        /// It would change files or entries of another stage.
        case othersWork
        /// Its pushes would differ from its preview.
        case previewOutdated
        /// An image would become older.
        case downgrade
        /// The stage has changed to observe mode.
        case observed
        /// The program ended several times while the promotion ran.
        case crashed
        /// Another rule of the program refused it.
        case refused
        case other
    }

    package var code: Code
    package var kind: FailureKind
    package var message: String
    /// The next action for a person; `nil`: no helpful action is known.
    package var hint: String?

    package init(_ code: Code, kind: FailureKind = .other, message: String, hint: String? = nil) {
        self.code = code
        self.kind = kind
        self.message = message
        self.hint = hint
    }
}

extension FailureRecord {
    /// Takes kind, message and hint from an error of ours; any other error is described in plain words.
    ///
    /// - Parameter prefix: comes before the message, such as a step's alias.
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

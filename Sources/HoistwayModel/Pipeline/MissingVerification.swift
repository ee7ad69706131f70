/// What verifies freight in a stage whose manifest asks for a verification, since none is executed:
/// `verification.whenMissing` of our own file.
package enum MissingVerification: String, Sendable, Codable, CaseIterable {
    /// A person, or a program with a token: `hoistway verify`.
    case wait
    /// The stage's health, as if the manifest asked for none.
    case health
}

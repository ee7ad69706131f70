/// How freight is verified in a stage whose manifest requests a verification, which Hoistway does not execute:
/// `verification.whenMissing` of our own file.
package enum MissingVerification: String, Sendable, Codable, CaseIterable {
    /// A person, or a program with a token: `hoistway verify`.
    case wait
    /// The stage's health, as if the manifest requested no verification.
    case health
}

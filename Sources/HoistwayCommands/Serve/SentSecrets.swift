import HoistwayCrypto

/// What this program has sent anywhere and shows nowhere: one for the whole program, since there is one log.
enum SentSecrets {
    static let redactor = Redactor()
}

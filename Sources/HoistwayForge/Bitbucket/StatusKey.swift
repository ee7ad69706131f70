import HoistwayCrypto

/// The key by which Bitbucket distinguishes statuses.
enum StatusKey {
    /// The context itself where it is short enough, else its beginning and a digest of the whole context.
    ///
    /// - Parameter limit: in characters; at least 20.
    static func make(_ context: String, limit: Int) -> String {
        guard context.count > limit else { return context }
        return "\(context.prefix(limit - 13))-\(SHA256.hex(context).prefix(12))"
    }
}

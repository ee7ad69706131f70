import HoistwayCrypto

/// What Bitbucket tells statuses apart by.
enum StatusKey {
    /// The context itself where it is short enough, else its beginning and a digest of all of it.
    ///
    /// - Parameter limit: in characters; at least 20.
    static func make(_ context: String, limit: Int) -> String {
        guard context.count > limit else { return context }
        return "\(context.prefix(limit - 13))-\(SHA256.hex(context).prefix(12))"
    }
}

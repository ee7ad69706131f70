/// Marks a promotion that has begun to run and has not ended or paused; stored before any of its steps run.
///
/// If a start finds it, the program ended while the promotion ran.
package struct RunMark: Sendable, Equatable, Codable {
    /// A promotion that ran alone at this many ends of the program is set aside.
    package static let maxCrashes = 3

    package var isBegun: Bool
    /// Whether no other promotion has run at the same time since it began.
    package var isAlone: Bool
    /// How often the program ended while it ran alone.
    package var crashes: Int

    package init(isBegun: Bool = true, isAlone: Bool, crashes: Int = 0) {
        self.isBegun = isBegun
        self.isAlone = isAlone
        self.crashes = crashes
    }

    /// The part that is kept while the promotion waits: how often the program has ended with it.
    package var ended: RunMark? { crashes > 0 ? RunMark(isBegun: false, isAlone: false, crashes: crashes) : nil }
}

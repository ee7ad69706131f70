/// That a promotion was begun and has not come to an end or to a pause: stored before anything of it runs.
///
/// Found at a start, it says that the program ended while the promotion ran.
package struct RunMark: Sendable, Equatable, Codable {
    /// A promotion that was alone at so many ends of the program is set aside.
    package static let maxCrashes = 3

    package var isBegun: Bool
    /// Whether no other promotion has run beside it since it was begun.
    package var isAlone: Bool
    /// How often the program ended while it ran alone.
    package var crashes: Int

    package init(isBegun: Bool = true, isAlone: Bool, crashes: Int = 0) {
        self.isBegun = isBegun
        self.isAlone = isAlone
        self.crashes = crashes
    }

    /// What is kept of it while the promotion waits: how often the program has ended with it.
    package var ended: RunMark? { crashes > 0 ? RunMark(isBegun: false, isAlone: false, crashes: crashes) : nil }
}

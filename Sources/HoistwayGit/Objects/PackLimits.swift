/// What the objects of one pack may take.
struct PackLimits: Sendable, Equatable {
    /// All objects together, deltas and what they make included, uncompressed, in bytes: a bound on time as well.
    var content: Int
    /// What is in memory at one time, in bytes: an object that others are deltas of, and these while they are made.
    var live: Int
    var objects = 4_000_000
    /// Deltas on deltas, as they would have to be applied to read the last one; `nil`: nobody will have to.
    var chain: Chain?

    struct Chain: Sendable, Equatable {
        /// Git itself makes none longer than this (`--depth`).
        var count = 4095
        /// All results of one chain, in bytes.
        var bytes = 4 << 30
    }

    /// Everything is kept in memory, and is at most `content` bytes.
    static func inMemory(_ content: Int) -> PackLimits {
        PackLimits(content: content, live: content)
    }

    /// For a pack of `size` bytes on disk.
    ///
    /// `isWhole`: it has a whole history. Ten thousand commits to a folder of 100,000 files are ten thousand trees of
    /// 4 MB each in a pack of some megabytes; a pack of single commits, trees and files never grows like that.
    static func onDisk(_ size: Int, isWhole: Bool) -> PackLimits {
        let ratio = isWhole ? 8192 : 64
        let content = min(1 << 30 + ratio * size, isWhole ? 64 << 30 : 1 << 40)
        return PackLimits(content: content, live: 256 << 20, chain: Chain())
    }
}

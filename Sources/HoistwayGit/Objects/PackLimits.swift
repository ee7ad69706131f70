/// Limits for the objects of one pack.
struct PackLimits: Sendable, Equatable {
    /// All objects together, including deltas and their results, uncompressed, in bytes: it limits the time as well.
    var content: Int
    /// Bytes in memory at one time: an object that others are deltas of, and their results while they are built.
    var live: Int
    var objects = 4_000_000
    /// Deltas on deltas that must be applied to read the last one; `nil`: they are never read that way.
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
    /// `isWhole`: it has a whole history. Ten thousand commits to a folder of 100,000 files are ten thousand trees of 4
    /// MB each in a pack of some megabytes. A pack of single commits, trees and files never grows like that.
    static func onDisk(_ size: Int, isWhole: Bool) -> PackLimits {
        let ratio = isWhole ? 8192 : 64
        let content = min(1 << 30 + ratio * size, isWhole ? 64 << 30 : 1 << 40)
        return PackLimits(content: content, live: 256 << 20, chain: Chain())
    }
}

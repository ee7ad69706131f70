/// The common part of reading and writing tar archives:
/// <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>.
enum TarFormat {
    static let blockBytes = 512
    /// Kargo's limits, for one file and for all.
    static let maxFileBytes = 50 << 20
    static let maxTotalBytes = 100 << 20
    /// Files, folders, links and headers of an archive.
    static let maxEntries = 20_000
    /// Largest archive after decompression: its content, and a header and the rest of a block for each entry.
    static let maxArchiveBytes = maxTotalBytes + maxEntries * 2 * blockBytes + (1 << 20)

    /// The number of bytes up to the end of the last block.
    static func padded(_ count: Int) -> Int { (count + blockBytes - 1) / blockBytes * blockBytes }
}

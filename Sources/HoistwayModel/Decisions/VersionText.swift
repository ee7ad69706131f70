/// Finds the version in an old text by comparing it with a new text whose version is known.
///
/// A pipeline writes `v1.2.3` or `1.2` where the image's tag is `1.2.3`; the old text is assumed to have the same form.
package enum VersionText {
    /// Longest texts that are compared, in bytes.
    static let maxBytes = 512

    /// `nil` where the old text does not have the form of the new one.
    ///
    /// The longest common part of the new text and its version is the part that changes between versions. The text
    /// around it must be the same in the old text. Parts of the version that the text does not have are assumed to be
    /// the same.
    ///
    /// - Parameters:
    ///   - old: the previous text.
    ///   - new: the text that was made from `version`.
    package static func version(in old: String, writtenAs new: String, for version: String) -> String? {
        guard old != new else { return version }
        let (old, new, version) = (Array(old.utf8), Array(new.utf8), Array(version.utf8))
        guard max(old.count, new.count, version.count) <= maxBytes,
            let (inText, inVersion) = longestCommon(new, version)
        else { return nil }
        let (before, after) = (new[..<inText.lowerBound], new[inText.upperBound...])
        guard old.count > before.count + after.count, old.starts(with: before),
            old.suffix(after.count).elementsEqual(after)
        else { return nil }
        let middle = old[before.count..<(old.count - after.count)]
        let text = version[..<inVersion.lowerBound] + middle + version[inVersion.upperBound...]
        return String(validating: text, as: UTF8.self)
    }

    /// The place of the longest common part in both texts; the first of several.
    private static func longestCommon(_ left: [UInt8], _ right: [UInt8]) -> (Range<Int>, Range<Int>)? {
        var best = (length: 0, left: 0, right: 0)
        var row = [Int](repeating: 0, count: right.count + 1)
        for (leftIndex, byte) in left.enumerated() {
            var diagonal = 0
            for rightIndex in right.indices {
                let above = row[rightIndex + 1]
                row[rightIndex + 1] = right[rightIndex] == byte ? diagonal + 1 : 0
                diagonal = above
                if row[rightIndex + 1] > best.length {
                    best = (row[rightIndex + 1], leftIndex + 1, rightIndex + 1)
                }
            }
        }
        guard best.length > 0 else { return nil }
        return (best.left - best.length..<best.left, best.right - best.length..<best.right)
    }
}

extension StringProtocol {
    /// Whether its UTF-8 contains these bytes.
    ///
    /// `contains(_:)` compares characters: it is slow, and it does not find `${{` if a combining mark follows the last
    /// brace. Decisions about text for machines must compare bytes.
    package func hasBytes(_ part: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: part.utf8Start, count: part.utf8CodeUnitCount)
        guard let first = wanted.first else { return true }
        func isIn(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            guard bytes.count >= wanted.count else { return false }
            for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
                var length = 1
                while length < wanted.count, bytes[start + length] == wanted[length] { length += 1 }
                if length == wanted.count { return true }
            }
            return false
        }
        return utf8.withContiguousStorageIfAvailable(isIn) ?? Array(utf8).withUnsafeBufferPointer(isIn)
    }
}

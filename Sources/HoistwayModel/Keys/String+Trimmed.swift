extension StringProtocol {
    /// The text without white space and line ends at both ends.
    package func trimmed() -> String {
        let start = drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

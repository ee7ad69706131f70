extension Timestamp {
    /// Reads the spellings that senders use; `nil` for any other text, and for Go's zero time (year 1).
    ///
    /// In addition to RFC 3339 it accepts offsets without a colon (Bitbucket, Nexus), and ` UTC` and ` +0200` after a
    /// space (GitLab). A text without a zone (Azure, Alibaba) means UTC.
    package init?(tolerant text: String) {
        // No text for a time is longer.
        guard text.utf8.count <= 64, !text.hasPrefix("0001-") else { return nil }
        let dayAndMark = text.prefix("0000-00-00T".utf8.count)
        let rest = text.dropFirst(dayAndMark.count)
        let time = rest.prefix { !"+-Zz U".contains($0) }
        let behind = rest.dropFirst(time.count).drop { $0 == " " }
        guard let zone = Self.canonical(zone: behind) else { return nil }
        self.init(rfc3339: "\(dayAndMark)\(time)\(zone)")
    }

    /// Seconds since 1970 from a JSON number; `nil` outside years 1970 to 9999.
    package init?(unixSeconds seconds: Double) {
        guard seconds > 0, seconds < 253_402_300_800 else { return nil }
        self.init(microseconds: Int64(seconds * 1_000_000))
    }

    private static func canonical(zone: Substring) -> String? {
        switch zone {
        case "", "Z", "z", "UTC": return "Z"
        default:
            guard zone.hasPrefix("+") || zone.hasPrefix("-") else { return nil }
            let hasColon = zone.contains(":") || zone.count < 4
            return hasColon ? String(zone) : "\(zone.dropLast(2)):\(zone.suffix(2))"
        }
    }
}

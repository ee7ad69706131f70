package import HoistwayModel

/// Limits sign-in tries: ten in a minute from one address.
///
/// IPv6 addresses count by their network of 64 bits, which one customer has. The table is bounded: when it is full, the
/// address with the oldest try is forgotten.
package struct SignInTries: Sendable {
    package static let perMinute = 10
    package static let maxAddresses = 4096
    /// The most refused tries in the audit trail in a minute, from all addresses: they must not displace people's
    /// actions.
    package static let recordedPerMinute = 10

    private var tries: [String: [Timestamp]] = [:]
    private var recorded: [Timestamp] = []

    package init() {}

    /// Whether one more try is allowed; if so, it is counted.
    package mutating func allow(_ address: String, at now: Timestamp) -> Bool {
        let key = Self.key(of: address)
        var recent = (tries[key] ?? []).filter { $0 > now + .seconds(-60) && $0 <= now }
        guard recent.count < Self.perMinute else {
            tries[key] = recent
            return false
        }
        if tries[key] == nil, tries.count >= Self.maxAddresses { forgetOldest() }
        recent.append(now)
        tries[key] = recent
        return true
    }

    /// Whether one more refused try is recorded in the audit trail; if so, it is counted.
    package mutating func record(at now: Timestamp) -> Bool {
        recorded.removeAll { $0 <= now + .seconds(-60) || $0 > now }
        guard recorded.count < Self.recordedPerMinute else { return false }
        recorded.append(now)
        return true
    }

    private mutating func forgetOldest() {
        let oldest = tries.min { Self.last($0.value) < Self.last($1.value) }
        if let oldest { tries[oldest.key] = nil }
    }

    private static func last(_ times: [Timestamp]) -> Timestamp { times.last ?? Timestamp(seconds: 0) }

    static func key(of address: String) -> String {
        guard address.contains(":"), !address.contains(".") else { return address }
        return IPv6Network(address)?.text ?? address
    }
}

/// The first 64 bits of an address.
private struct IPv6Network {
    let text: String

    init?(_ address: String) {
        let halves = address.prefix { $0 != "%" }.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        let head = (halves.first ?? "").split(separator: ":").map(Self.group)
        let tail = halves.count == 2 ? halves[1].split(separator: ":").map(Self.group) : []
        guard head.count + tail.count <= 8, halves.count == 2 || head.count == 8 else { return nil }
        let all = head + Array(repeating: "0", count: 8 - head.count - tail.count) + tail
        text = all.prefix(4).joined(separator: ":")
    }

    private static func group(_ digits: Substring) -> String {
        let short = digits.lowercased().drop { $0 == "0" }
        return short.isEmpty ? "0" : String(short)
    }
}

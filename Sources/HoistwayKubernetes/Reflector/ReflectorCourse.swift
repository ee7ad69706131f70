import HoistwayPorts

/// Pauses of a reflector.
package struct ReflectorOptions: Sendable {
    /// Pause after the first failure; doubled with each further one, with a random addition of up to a quarter.
    package var firstPause: Duration = .seconds(1)
    package var longestPause: Duration = .seconds(30)
    /// A watch that ends sooner, without an event, counts as a failure.
    package var shortWatch: Duration = .seconds(1)

    package init() {}
}

/// Decides the next action of a reflector: resume, or list again, and after which pause.
struct ReflectorCourse {
    /// The start of the next watch; `nil`: a list comes first.
    var version: String?
    /// Whether the known state may be old after the last failure.
    private(set) var isDisconnected = false
    /// Whether to ask for the server's version before a watch continues: it may have been restored from an older state.
    private(set) var mustCompare = false
    private let options: ReflectorOptions
    /// Failures since the last event of a watch.
    private var failures = 0
    private var garbage = 0
    /// Expired versions since the last event of a watch.
    private var expirations = 0
    /// A pause that the server has named.
    private var named: Duration?
    private var isPauseDue = false

    init(options: ReflectorOptions) {
        self.options = options
    }

    mutating func progressed(to version: String) {
        guard !version.isEmpty else { return }
        self.version = version
        failures = 0
        garbage = 0
        expirations = 0
    }

    /// The server ended a watch regularly.
    ///
    /// A watch that ends right after its start must not be repeated without a pause.
    mutating func ended(after time: Duration) {
        isDisconnected = false
        named = nil
        if time >= options.shortWatch {
            failures = 0
            expirations = 0
            isPauseDue = false
        } else {
            failures += 1
            isPauseDue = failures > 1
        }
    }

    mutating func failed(_ failure: KubernetesFailure) {
        named = failure.pause
        isDisconnected = true
        switch failure.reason {
        case .expired:
            // The start version of a watch expires sooner or later, above all while the server was away: this counts as
            // a failure only when it happens again and again.
            expirations += 1
            isDisconnected = version == nil || expirations > 1
            version = nil
        case .garbage:
            // An unreadable answer may be readable the next time; after that only a list helps.
            garbage += 1
            if garbage > 1 { version = nil }
        // The server refuses this watch, for example because of its version.
        case .invalid, .notFound, .unknownKind: version = nil
        default: break
        }
        failures += 1
        isPauseDue = isDisconnected
        mustCompare = false
        guard isDisconnected, failure.reason != .garbage, version != nil else { return }
        // After the server was away or silent for longer, it may have been restored from any state: the same version
        // may then mean another state.
        if failures > 1 || failure.reason == .timedOut { version = nil } else { mustCompare = true }
    }

    /// Compares with the server's present version.
    ///
    /// Versions are decimal numbers that grow (<https://kep.k8s.io/5504>); other versions cannot be compared.
    mutating func compared(with present: String) {
        mustCompare = false
        guard let known = version, let was = Self.number(known), let now = Self.number(present) else {
            version = nil
            return
        }
        if now.count < was.count || now.count == was.count && now < was { version = nil }
    }

    /// Without leading zeros; `nil` where it is no number.
    private static func number(_ version: String) -> String? {
        guard !version.isEmpty, version.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return String(version.drop { $0 == "0" })
    }

    /// `nil`: continue at once.
    func pause(random: Double) -> Duration? {
        guard isPauseDue else { return nil }
        let doubled = options.firstPause * (1 << min(max(failures - 1, 0), 10))
        let pause = min(doubled, options.longestPause)
        return max(pause + pause * (random / 4), named ?? .zero)
    }
}

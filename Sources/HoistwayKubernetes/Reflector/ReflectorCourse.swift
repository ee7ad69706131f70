import HoistwayPorts

/// Pauses of a reflector.
package struct ReflectorOptions: Sendable {
    /// After the first failure; doubled with each one that follows, spread by up to a quarter.
    package var firstPause: Duration = .seconds(1)
    package var longestPause: Duration = .seconds(30)
    /// A watch that ends sooner, and told nothing, counts as a failure.
    package var shortWatch: Duration = .seconds(1)

    package init() {}
}

/// Decides what a reflector does next: resume, list anew, and after which pause.
struct ReflectorCourse {
    /// Where the next watch begins; `nil`: all is listed first.
    var version: String?
    /// Whether the last failure leaves what is known behind.
    private(set) var isDisconnected = false
    /// Whether the server is to be asked for its version before a watch goes on: it may have come back with an older state.
    private(set) var mustCompare = false
    private let options: ReflectorOptions
    /// Failures since a watch last told something.
    private var failures = 0
    private var garbage = 0
    /// Versions that were gone, since a watch last told something.
    private var expirations = 0
    /// As the server wants it.
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

    /// The server ended a watch in its proper way.
    ///
    /// One that ends as soon as it has begun is not asked again at once for ever.
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
            // What a watch begins from is gone sooner or later, above all while the server was away: that is no failure,
            // whatever failed before, unless it comes again and again.
            expirations += 1
            isDisconnected = version == nil || expirations > 1
            version = nil
        case .garbage:
            // What cannot be read may be read the next time; after that only a list helps.
            garbage += 1
            if garbage > 1 { version = nil }
        // The watch is refused as it is, such as a version that the server does not take.
        case .invalid, .notFound, .unknownKind: version = nil
        default: break
        }
        failures += 1
        isPauseDue = isDisconnected
        mustCompare = false
        guard isDisconnected, failure.reason != .garbage, version != nil else { return }
        // Of a server that was away or silent for longer, nobody knows what it was restored from: a version that it has
        // again by now may be another one.
        if failures > 1 || failure.reason == .timedOut { version = nil } else { mustCompare = true }
    }

    /// What the server says that it is at.
    ///
    /// Versions are decimal numbers that grow (<https://kep.k8s.io/5504>); of others nothing is known.
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

    /// `nil`: go on at once.
    func pause(random: Double) -> Duration? {
        guard isPauseDue else { return nil }
        let doubled = options.firstPause * (1 << min(max(failures - 1, 0), 10))
        let pause = min(doubled, options.longestPause)
        return max(pause + pause * (random / 4), named ?? .zero)
    }
}

/// The order of the tags of a subscription.
enum TagOrder: Sendable, Equatable {
    case semVer(strict: Bool)
    /// By bytes.
    case lexical
    /// By time, then by bytes.
    case time

    /// A tag, with the time of its target.
    struct Entry: Sendable, Equatable {
        var tag: String
        var time: Timestamp?
    }

    func age(of candidate: Entry, against current: Entry) -> Age {
        switch self {
        case .semVer(let strict): Self.semVerAge(of: candidate.tag, against: current.tag, strict: strict)
        case .lexical: Self.byteAge(of: candidate.tag, against: current.tag)
        case .time:
            Self.timeAge(of: candidate.time, against: current.time)
                ?? Self.byteAge(of: candidate.tag, against: current.tag)
        }
    }

    /// A tag that is not a version is older than any version.
    private static func semVerAge(of candidate: String, against current: String, strict: Bool) -> Age {
        switch (Semver(candidate, strict: strict), Semver(current, strict: strict)) {
        case (let candidate?, let current?):
            switch candidate.precedence(against: current) {
            case .higher: .newer
            case .lower: .older
            case .equal: byteAge(of: candidate.original, against: current.original)
            }
        case (_?, nil): .newer
        case (nil, _?): .older
        case (nil, nil): byteAge(of: candidate, against: current)
        }
    }

    static func byteAge(of candidate: String, against current: String) -> Age {
        if candidate.utf8.elementsEqual(current.utf8) { return .same }
        return current.utf8.lexicographicallyPrecedes(candidate.utf8) ? .newer : .older
    }

    /// `nil` where the times are equal; a tag without a time is older than one with a time.
    static func timeAge(of candidate: Timestamp?, against current: Timestamp?) -> Age? {
        guard candidate != current else { return nil }
        guard let candidate else { return .older }
        guard let current else { return .newer }
        return candidate > current ? .newer : .older
    }
}

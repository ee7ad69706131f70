/// How the tags of a subscription are ordered.
enum TagOrder: Sendable, Equatable {
    case semVer(strict: Bool)
    /// By bytes.
    case lexical
    /// By time, then by bytes.
    case time

    /// A tag and when what it points at was made.
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

    /// What is no version is older than anything that is one.
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

    /// `nil` where the times are equal; what has no time is older than what has one.
    static func timeAge(of candidate: Timestamp?, against current: Timestamp?) -> Age? {
        guard candidate != current else { return nil }
        guard let candidate else { return .older }
        guard let current else { return .newer }
        return candidate > current ? .newer : .older
    }
}

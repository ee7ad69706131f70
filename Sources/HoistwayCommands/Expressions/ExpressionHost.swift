import Glibc
import HoistwayExpressions
import HoistwayPatterns

/// The services that expressions use: patterns, the present time and time zones.
enum ExpressionHost {
    private static let patterns = Patterns()

    static let patternProblem: @Sendable (String) -> String? = { PatternCompiler.problem(regex: $0) }

    static func scope(_ variables: [String: Value], now: Moment) -> Scope {
        Scope(
            variables: variables,
            matches: { pattern, text in
                guard text.utf8.count <= Patterns.maxTextBytes, PatternCompiler.problem(regex: pattern) == nil else {
                    return nil
                }
                return patterns.matches(regex: pattern, text)
            },
            now: { now },
            location: location
        )
    }

    static func now() -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    /// From the system's time zone database.
    private static let location: @Sendable (String) -> Location? = { name in
        if name.isEmpty || name == "UTC" { return .utc }
        let isName = name.utf8.allSatisfy { byte in
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/".utf8.contains(byte)
        }
        guard isName, !name.hasPrefix("/"), name.utf8.count <= 100,
            // A name that is not there is no time zone; there is nothing else to say.
            let bytes = try? FileBytes.read("/usr/share/zoneinfo/" + name, limit: TimeZoneFile.maxBytes)
        else { return nil }
        return TimeZoneFile.location(named: name, bytes)
    }
}

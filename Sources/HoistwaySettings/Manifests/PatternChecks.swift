import HoistwayModel
import HoistwayPatterns

/// Reads the pattern languages of manifests, and reports what does not parse.
struct PatternChecks {
    let problems: ProblemList

    func regex(_ text: String, place: SourcePlace) {
        guard let problem = PatternCompiler.problem(regex: text) else { return }
        problems.error(
            place,
            "\(ShownText.text(text)) is not a regular expression: \(problem)",
            hint: "the syntax is RE2's: no look-ahead and no back-references"
        )
    }

    func glob(_ text: String, place: SourcePlace) {
        guard let problem = PatternCompiler.problem(glob: text) else { return }
        problems.error(place, "\(ShownText.text(text)) is not a glob: \(problem)")
    }

    func constraint(_ text: String, place: SourcePlace) {
        do throws(SemverConstraintError) {
            _ = try SemverConstraint(text)
        } catch {
            problems.error(place, error.message, hint: error.hint)
        }
    }

    /// A stage's name: exact, `glob:…`, or `regex:…` (`regexp:…`).
    func name(_ text: String, place: SourcePlace) -> NamePattern {
        switch split(text, place: place) {
        case .glob(let pattern): return .glob(pattern)
        case .regex(let pattern): return .regex(pattern)
        case .plain(let name):
            if name.contains(":") {
                problems.error(
                    place,
                    "\(ShownText.text(name)) is neither a name nor a pattern",
                    hint: "a pattern begins with glob: or regex:"
                )
            }
            return .exact(name)
        }
    }

    /// A path filter: a directory or file, `glob:…`, or `regex:…` (`regexp:…`).
    func path(_ text: String, place: SourcePlace) -> PathPattern {
        switch split(text, place: place) {
        case .glob(let pattern): return .glob(pattern)
        case .regex(let pattern): return .regex(pattern)
        case .plain(let prefix):
            let path = PathText.tidy(prefix)
            if path.map({ $0.isEmpty && prefix != "." && prefix != "./" }) ?? true {
                problems.error(place, "\(ShownText.text(prefix)) is not a path inside the repository")
            }
            return .prefix(path ?? prefix)
        }
    }

    private enum Part {
        case plain(String)
        case glob(String)
        case regex(String)
    }

    private func split(_ text: String, place: SourcePlace) -> Part {
        if text.hasPrefix("glob:") {
            let pattern = String(text.dropFirst("glob:".count))
            glob(pattern, place: place)
            return .glob(pattern)
        }
        for prefix in ["regex:", "regexp:"] where text.hasPrefix(prefix) {
            let pattern = String(text.dropFirst(prefix.count))
            regex(pattern, place: place)
            return .regex(pattern)
        }
        return .plain(text)
    }
}

/// Paths inside a workspace or a repository.
enum PathText {
    /// Without `.`, doubled slashes and a slash at the end; empty is the root.
    ///
    /// `nil` where the path leads outside.
    static func tidy(_ path: String) -> String? {
        guard !path.hasPrefix("/"), !path.contains("\0") else { return nil }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            guard part == ".." else {
                parts.append(part)
                continue
            }
            guard parts.popLast() != nil else { return nil }
        }
        return parts.joined(separator: "/")
    }
}

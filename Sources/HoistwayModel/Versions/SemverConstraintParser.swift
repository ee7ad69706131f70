/// Parses constraints by hand, so that an error has a position.
struct SemverConstraintParser {
    private let text: String
    private var reader: SemverReader

    init(_ text: String) {
        self.text = text
        reader = SemverReader(text)
    }

    /// OR of ANDs: at least one group, each with at least one comparator.
    mutating func groups() throws(SemverConstraintError) -> [[SemverComparator]] {
        var groups = [try group()]
        while reader.skip("||") { groups.append(try group()) }
        guard reader.isAtEnd else { throw error("a space, a comma or || is missing before this") }
        return groups
    }

    private mutating func group() throws(SemverConstraintError) -> [SemverComparator] {
        reader.skipSpace()
        var comparators = try term()
        while true {
            let spaced = reader.skipSpace()
            let comma = reader.skip(UInt8(ascii: ","))
            if comma { reader.skipSpace() }
            if !comma && (!spaced || reader.isAtEnd || reader.next == UInt8(ascii: "|")) { return comparators }
            comparators += try term()
        }
    }

    /// A comparator, or the two comparators of `A - B`.
    private mutating func term() throws(SemverConstraintError) -> [SemverComparator] {
        guard let operation = operation() else { return try plainTerm() }
        reader.skipSpace()
        return [try version(for: operation)]
    }

    private mutating func plainTerm() throws(SemverConstraintError) -> [SemverComparator] {
        let first = try version(for: .equal)
        let end = reader.position
        guard reader.skipSpace(), reader.skip(UInt8(ascii: "-")), reader.skipSpace() else {
            reader.rewind(to: end)
            return [first]
        }
        let lower = SemverComparator(operation: .greaterOrEqual, version: first.version, open: first.open)
        return [lower, try version(for: .lessOrEqual)]
    }

    private mutating func operation() -> SemverComparator.Operation? {
        if reader.skip(">=") || reader.skip("=>") { return .greaterOrEqual }
        if reader.skip("<=") || reader.skip("=<") { return .lessOrEqual }
        if reader.skip("!=") { return .notEqual }
        if reader.skip("~>") || reader.skip("~") { return .tilde }
        if reader.skip("^") { return .caret }
        if reader.skip("=") { return .equal }
        if reader.skip(">") { return .greater }
        if reader.skip("<") { return .less }
        return nil
    }

    private mutating func version(
        for operation: SemverComparator.Operation
    ) throws(SemverConstraintError) -> SemverComparator {
        let start = reader.position
        reader.skip(UInt8(ascii: "v"))
        var parts = [try part()]
        while parts.count < 3 && reader.skip(UInt8(ascii: ".")) { parts.append(try part()) }
        guard let suffix = reader.suffix() else { throw error("this is not a prerelease or build suffix") }
        // All parts after the first open part are open too: 1.x.3 is 1.x.
        let known = parts.prefix { $0 != nil }.compactMap(\.self)
        let version = Semver(
            major: known.first ?? 0,
            minor: known.count > 1 ? known[1] : 0,
            patch: known.count > 2 ? known[2] : 0,
            prerelease: suffix.prerelease,
            metadata: suffix.metadata,
            original: String(decoding: reader.bytes[start..<reader.position], as: UTF8.self)
        )
        let open: SemverComparator.Open = [.everything, .minor, .patch, .nothing][known.count]
        return SemverComparator(operation: operation, version: version, open: open)
    }

    /// A number, or `nil` for a wildcard.
    private mutating func part() throws(SemverConstraintError) -> UInt64? {
        for wildcard in [UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "*")] where reader.skip(wildcard) {
            return nil
        }
        if let number = reader.number(leadingZeros: true) { return number }
        guard let next = reader.next else { throw error("a version is missing") }
        throw error(
            SemverReader.isDigit(next) ? "this number is too great" : "a version is expected: numbers, x or * with dots"
        )
    }

    private func error(_ problem: String) -> SemverConstraintError {
        SemverConstraintError(constraint: text, column: reader.position + 1, problem: problem)
    }
}

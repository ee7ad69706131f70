import HoistwayModel
import HoistwayPorts

/// A server's first message: its version and abilities and, in v0 and v1, all its refs.
struct Greeting: Sendable {
    enum Version: Sendable, Equatable {
        case zero
        case two
    }

    var version: Version
    /// Names with their values; in v0 a name without value has an empty one.
    var abilities: [String: [String]] = [:]
    /// Empty in v2.
    var snapshot = RefSnapshot()
    /// Whether it is a stored greeting, whose refs are not known.
    private(set) var isRemembered = false

    func has(_ ability: String) -> Bool { abilities[ability] != nil }

    /// The abilities alone, for later use.
    var withoutRefs: Greeting {
        var kept = self
        kept.snapshot = RefSnapshot()
        kept.isRemembered = true
        return kept
    }

    /// Whether `value` is one of the space-separated words of a v2 ability such as `fetch=shallow filter`.
    func has(_ ability: String, _ value: String) -> Bool {
        abilities[ability]?.contains { $0.split(separator: " ").contains { $0 == value } } ?? false
    }

    var serverAbilities: ServerAbilities {
        switch version {
        case .two:
            ServerAbilities(
                isVersion2: true,
                canWantAnyObject: true,
                canFilter: has("fetch", "filter"),
                canDeepen: has("fetch", "shallow")
            )
        case .zero:
            ServerAbilities(
                isVersion2: false,
                canWantAnyObject: has("allow-tip-sha1-in-want") && has("allow-reachable-sha1-in-want"),
                canFilter: has("filter"),
                canDeepen: has("shallow")
            )
        }
    }
}

extension Greeting {
    /// Reads the greeting up to its flush, which is consumed.
    ///
    /// Smart HTTP writes `# service=git-upload-pack` and a flush before it, but most servers not before that of v2.
    static func read(from reader: PacketReader, url: String) async throws(GitFailure) -> Greeting {
        var first = try await reader.line("its greeting")
        if let line = first, line.hasPrefix("# service=") {
            guard try await reader.expect("its refs") == .flush else {
                throw .protocolViolation(url: url, detail: "no flush follows the service line")
            }
            first = try await reader.line("its greeting")
        }
        switch first {
        case "version 2":
            return try await readVersion2(reader, url: url)
        case "version 1":
            return try await readRefs(first: try await reader.line("its refs"), reader, url: url)
        default:
            return try await readRefs(first: first, reader, url: url)
        }
    }

    private static func readVersion2(_ reader: PacketReader, url: String) async throws(GitFailure) -> Greeting {
        var greeting = Greeting(version: .two)
        var left = WireLimits.abilities
        while let line = try await reader.line("the end of its abilities") {
            left -= line.utf8.count + 4
            try greeting.add(line[...], left: left, url: url)
        }
        try greeting.checkObjectFormat(url: url)
        guard greeting.has("fetch"), greeting.has("ls-refs") else {
            throw .unsupported(url: url, what: "its protocol v2 lacks ls-refs or fetch")
        }
        return greeting
    }

    private static func readRefs(
        first: String?,
        _ reader: PacketReader,
        url: String
    ) async throws(GitFailure) -> Greeting {
        var greeting = Greeting(version: .zero)
        var line = first
        var isFirst = true
        while let text = line {
            var ref = text[...]
            if isFirst, let end = ref.firstIndex(of: "\0") {
                let abilities = ref[ref.index(after: end)...]
                let left = WireLimits.abilities - abilities.utf8.count
                for ability in abilities.split(separator: " ") { try greeting.add(ability, left: left, url: url) }
                ref = ref[..<end]
                try greeting.checkObjectFormat(url: url)
            }
            isFirst = false
            try greeting.snapshot.add(advertised: ref, url: url)
            line = try await reader.line("the end of its refs")
        }
        greeting.findDefaultBranch()
        return greeting
    }

    /// - Parameter left: the limit for further abilities, in bytes.
    private mutating func add(_ ability: Substring, left: Int, url: String) throws(GitFailure) {
        guard left >= 0 else {
            throw .tooLarge(url: url, what: "its list of abilities is longer than \(WireLimits.abilities) bytes")
        }
        let parts = ability.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first else { return }
        abilities[String(name), default: []].append(parts.count > 1 ? String(parts[1]) : "")
    }

    private func checkObjectFormat(url: String) throws(GitFailure) {
        guard let format = abilities["object-format"]?.first, format != "sha1" else { return }
        throw .unsupported(
            url: url,
            what: "its objects are named by \(ServerWords.clean(format)); only SHA-1 repositories can be served"
        )
    }

    private mutating func findDefaultBranch() {
        let symbolic = abilities["symref"]?.first { $0.hasPrefix("HEAD:") }
        snapshot.defaultBranch = symbolic.map { String($0.dropFirst("HEAD:".count)) }
    }
}

extension RefSnapshot {
    /// Reads a line of a v0 advertisement: `<id> <name>`, where `<name>^{}` has the target of a tag.
    fileprivate mutating func add(advertised line: Substring, url: String) throws(GitFailure) {
        // By bytes: a large repository lists hundreds of thousands of these at each push.
        guard let space = line.utf8.firstIndex(of: UInt8(ascii: " ")) else { throw Self.malformed(nil, url: url) }
        let first = line[..<space]
        // Commits at the ends of a shallow server's history; they are not refs.
        if first == "shallow" { return }
        guard let id = ObjectID(first) else { throw Self.malformed(first, url: url) }
        let name = line[line.utf8.index(after: space)...]
        // `.have` names objects that a receive-pack has from elsewhere; `capabilities^{}` is in place of refs where
        // there are none.
        if name == ".have" || name == "capabilities^{}" || name == "HEAD" || name == "HEAD^{}" { return }
        if name.hasSuffix("^{}") {
            peeled[String(name.dropLast(3))] = id
        } else {
            refs[String(name)] = id
        }
    }

    static func malformed(_ id: Substring?, url: String) -> GitFailure {
        if let id, id.utf8.count == 64, id.allSatisfy(\.isHexDigit) {
            return .unsupported(
                url: url,
                what: "its objects are named by sha256; only SHA-1 repositories can be served"
            )
        }
        return .protocolViolation(url: url, detail: "a line of its refs is not \"id name\"")
    }

    /// Only the refs whose names begin with one of `prefixes`; all where there are no prefixes.
    ///
    /// The prefix `HEAD` also gives the branch that `HEAD` points to.
    func narrowed(to prefixes: [String]) -> RefSnapshot {
        guard !prefixes.isEmpty else { return self }
        let followed = prefixes.contains("HEAD") ? defaultBranch : nil
        func isWanted(_ name: String) -> Bool { name == followed || prefixes.contains { name.hasPrefix($0) } }
        return RefSnapshot(
            refs: refs.filter { isWanted($0.key) },
            peeled: peeled.filter { isWanted($0.key) },
            defaultBranch: defaultBranch
        )
    }
}

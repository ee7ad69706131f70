import HoistwayEdits

/// The servers that a person has signed in to, each under a name.
struct Contexts: Equatable, Sendable {
    struct Context: Equatable, Sendable {
        /// `https://host:port`.
        var server: String
        var token: String
        /// The token may go over http to another machine.
        var allowsPlainHTTP = false
    }

    /// The name of the context that commands use without `--context`.
    var current: String?
    var all: [String: Context] = [:]

    var names: [String] { all.keys.sorted() }

    /// The token of the first context of this server.
    func token(for server: String) -> String? {
        names.first { all[$0]?.server == server }.flatMap { all[$0]?.token }
    }

    /// Takes a context out; the current one may be gone then.
    mutating func remove(_ name: String) -> Context? {
        if current == name { current = nil }
        return all.removeValue(forKey: name)
    }

    /// What may name a context: 1 to 253 visible characters of ASCII.
    static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// `hoistway.example.com`, or with a port where the address names one.
    static func name(for url: String) -> String {
        String(url.split(separator: "/", omittingEmptySubsequences: true).last ?? "server")
    }
}

// MARK: As YAML

extension Contexts {
    /// Why a file of contexts makes no sense.
    struct Malformed: Error, Equatable {
        var detail: String
    }

    private static let flag = "allowPlainHTTP"

    init(yaml: DocumentValue) throws(Malformed) {
        guard case .map(let members) = yaml else { throw Malformed(detail: "it is no mapping") }
        for member in members where !["current", "contexts"].contains(member.key) {
            throw Malformed(detail: "it has an unknown key \(SafeText.line(member.key))")
        }
        if case .string(let name)? = yaml["current"] { current = name }
        guard case .map(let entries) = yaml["contexts"] ?? .map([]) else {
            throw Malformed(detail: "contexts is no mapping")
        }
        for entry in entries {
            let name = SafeText.line(entry.key)
            guard Self.isName(entry.key) else { throw Malformed(detail: "\(name) cannot be the name of a context") }
            guard case .string(let server)? = entry.value["server"], case .string(let token)? = entry.value["token"]
            else { throw Malformed(detail: "the context \(name) must have a server and a token") }
            all[entry.key] = Context(
                server: server,
                token: token,
                allowsPlainHTTP: entry.value[Self.flag] == .bool(true)
            )
        }
    }

    var yaml: String {
        var members: [DocumentValue.Member] = []
        if let current { members.append(DocumentValue.Member("current", .string(current))) }
        let entries = names.compactMap { name -> DocumentValue.Member? in
            guard let context = all[name] else { return nil }
            var fields = [
                DocumentValue.Member("server", .string(context.server)),
                DocumentValue.Member("token", .string(context.token)),
            ]
            if context.allowsPlainHTTP { fields.append(DocumentValue.Member(Self.flag, .bool(true))) }
            return DocumentValue.Member(name, .map(fields))
        }
        members.append(DocumentValue.Member("contexts", .map(entries)))
        return YAMLText.text(of: .map(members))
    }
}

import HoistwayModel
import HoistwayPorts
import Hummingbird

/// A request after everything that the table says of it was checked: what handlers work with.
struct Call: Sendable {
    let operation: Operation
    /// `nil` for an operation that needs no token.
    let admitted: Caller?
    let path: [String: String]
    let query: [String: String]
    /// `{}` where the operation takes none.
    let body: ConfigValue
    let request: Request
    let context: ConsoleContext

    var caller: Caller {
        get throws {
            guard let admitted else { throw APIError.unauthenticated }
            return admitted
        }
    }

    /// A part of the path; the router has found all of them.
    func part(_ name: String) throws -> String {
        guard let value = path[name] else { throw APIError.ours }
        return value
    }

    var stage: StageKey {
        get throws { StageKey(project: try part("project"), name: try part("stage")) }
    }

    var warehouse: WarehouseKey {
        get throws { WarehouseKey(project: try part("project"), name: try part("warehouse")) }
    }

    var limit: Int { query["limit"].flatMap { Int($0) } ?? Operation.defaultLimit }

    /// The project that the list is narrowed to, by the caller's token or by what it asked; `nil` for all.
    var project: String? {
        get throws { try caller.scope(asked: query["project"]) }
    }

    /// The project and the name that a list is narrowed to; the name may be written `project/name`.
    func narrowed(by parameter: String) throws -> (project: String?, name: String?) {
        guard let text = query[parameter], let slash = text.firstIndex(of: "/") else {
            return (try project, query[parameter])
        }
        return (try caller.scope(asked: String(text[..<slash])), String(text[text.index(after: slash)...]))
    }

    func text(_ key: String) -> String? { body[key]?.string }
    func flag(_ key: String) -> Bool { body[key]?.bool ?? false }
    func texts(_ key: String) -> [String]? { body[key]?.list.map { $0.compactMap(\.string) } }

    /// A text that the table says is there.
    func required(_ key: String) throws -> String {
        guard let text = text(key) else { throw APIError.invalid("\(key) is missing", at: "/\(key)") }
        return text
    }
}

/// An answer before it has its headers.
struct Reply: Sendable {
    var status: Int
    /// JSON.
    var body: [UInt8]
    /// Of what was made: a path on this host.
    var location: String?

    init(_ value: some Encodable, status: Int = 200, location: String? = nil) throws {
        guard let bytes = APICoding.bytes(of: value) else { throw APIError.ours }
        self.init(status: status, body: Array(bytes), location: location)
    }

    init(status: Int, body: [UInt8], location: String?) {
        self.status = status
        self.body = body
        self.location = location
    }
}

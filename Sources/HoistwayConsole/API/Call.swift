import HoistwayModel
import HoistwayPorts
import Hummingbird

/// A request after all checks of the table: the input of handlers.
struct Call: Sendable {
    let operation: Operation
    /// `nil` for an operation that needs no token.
    let admitted: Caller?
    let path: [String: String]
    let query: [String: String]
    /// `{}` if the operation has no body.
    let body: ConfigValue
    let request: Request
    let context: ConsoleContext

    var caller: Caller {
        get throws {
            guard let admitted else { throw APIError.unauthenticated }
            return admitted
        }
    }

    /// A part of the path; the router has found all parts.
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

    /// The project of the list, from the caller's token or the query; `nil` for all.
    var project: String? {
        get throws { try caller.scope(asked: query["project"]) }
    }

    /// The project and the name that filter a list; the name may have the form `project/name`.
    func narrowed(by parameter: String) throws -> (project: String?, name: String?) {
        guard let text = query[parameter], let slash = text.firstIndex(of: "/") else {
            return (try project, query[parameter])
        }
        return (try caller.scope(asked: String(text[..<slash])), String(text[text.index(after: slash)...]))
    }

    func text(_ key: String) -> String? { body[key]?.string }
    func flag(_ key: String) -> Bool { body[key]?.bool ?? false }
    func texts(_ key: String) -> [String]? { body[key]?.list.map { $0.compactMap(\.string) } }

    /// A text that the table requires.
    func required(_ key: String) throws -> String {
        guard let text = text(key) else { throw APIError.invalid("\(key) is missing", at: "/\(key)") }
        return text
    }
}

/// An answer without its headers.
struct Reply: Sendable {
    var status: Int
    /// JSON.
    var body: [UInt8]
    /// The path of a created resource on this host.
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

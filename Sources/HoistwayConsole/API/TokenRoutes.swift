import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import Hummingbird

/// `/tokens` and `/audit`, for administrators.
///
/// A token is shown once, when it is made; its hash never.
struct TokenRoutes: Sendable {
    let store: any StateStore
    let clock: any WallClock

    func add(to group: RouterGroup<ConsoleContext>) {
        group.get("tokens") { try await list($0, $1) }
        group.post("tokens") { try await create($0, $1) }
        group.delete("tokens/:name") { try await remove($0, $1) }
        group.get("audit") { try await audit($0, $1) }
    }

    private func list(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try admin(context)
        let visible = try await store.tokens().filter { Self.sees(caller, $0) }
        return APICoding.response(Items(items: visible.map { TokenView($0) }))
    }

    private func create(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try admin(context)
        let wish = try await APICoding.body(TokenWish.self, of: request)
        try Self.check(name: wish.name)
        guard try await !store.tokens().contains(where: { $0.name == wish.name }) else {
            throw APIError(
                .nameTaken,
                "there is a token \(wish.name) already",
                hint: "delete it first, or take another name"
            )
        }
        let token = try RandomBytes.token()
        let record = TokenRecord(
            name: wish.name,
            hash: SHA256.hash(token),
            role: wish.role,
            project: try caller.scope(asked: wish.project),
            createdAt: clock.now()
        )
        try await store.put(record)
        let reach = record.project ?? "all projects"
        try await note(caller, "token create", "\(record.name), role \(record.role.rawValue), \(reach)")
        return APICoding.response(NewToken(TokenView(record), token: token), status: .created)
    }

    private func remove(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try admin(context)
        let name = try context.parameters.require("name")
        let tokens = try await store.tokens()
        guard let token = tokens.first(where: { $0.name == name && Self.sees(caller, $0) }) else {
            throw APIError.notFound("there is no token of this name")
        }
        let rest = tokens.filter { $0.name != name && $0.role == .admin && $0.project == nil }
        guard !rest.isEmpty else {
            throw APIError(
                .lastAdminToken,
                "\(name) is the last token that may do everything",
                hint: "create another one with the role admin and without project first"
            )
        }
        try await store.removeToken(named: token.name)
        try await note(caller, "token delete", token.name)
        return APICoding.response(TokenView(token))
    }

    private func audit(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try admin(context)
        try caller.requireAllProjects()
        return APICoding.response(Items(items: try await store.audit(limit: try Query(request).limit())))
    }

    private func admin(_ context: ConsoleContext) throws -> Caller {
        let caller = try context.caller()
        try caller.require(.admin)
        return caller
    }

    private func note(_ caller: Caller, _ action: String, _ detail: String) async throws {
        let record = AuditRecord(at: clock.now(), actor: caller.name, action: action, detail: detail)
        try await store.commit([], deliveries: [], audit: [record])
    }

    /// An administrator of one project sees the tokens of that project only.
    private static func sees(_ caller: Caller, _ token: TokenRecord) -> Bool {
        caller.project == nil || caller.project == token.project
    }

    /// Names go into paths, logs and commits.
    private static func check(name: String) throws(APIError) {
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard allowed, (1...64).contains(name.utf8.count) else {
            throw .invalid("a token's name has 1 to 64 of the characters a-z A-Z 0-9 - _ .", hint: nil)
        }
    }
}

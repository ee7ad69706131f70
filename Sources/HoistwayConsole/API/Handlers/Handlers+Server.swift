import HoistwayCrypto
import HoistwayModel
import HoistwayPorts

/// Manifests and tokens. A token is shown once, when it is made; its hash is never shown.
extension Handlers {
    /// A problem can show any name in a source, so a token for one project only sees sources of that project alone.
    func listManifests(_ call: Call) async throws -> Reply {
        let caller = try call.caller
        let found = await services.configuration.manifests().filter { source in
            caller.project.map { source.projects == [$0] } ?? true
        }
        return try Reply(Items(items: found))
    }

    func listTokens(_ call: Call) async throws -> Reply {
        let caller = try call.caller
        let revision = "\(feed.revision)"
        let after = try Cursor(of: call)?.key.first
        let visible = try await services.store.tokens().filter { Self.sees(caller, $0) && $0.name > after ?? "" }
        let sorted = visible.map { TokenView($0) }.sorted { $0.name < $1.name }
        return try Reply(try call.page(sorted, revision: revision) { [$0.name] })
    }

    func createToken(_ call: Call) async throws -> Reply {
        let caller = try call.caller
        let name = try call.required("name")
        guard let role = call.text("role").flatMap({ TokenRole(rawValue: $0) }) else {
            throw APIError.invalid("role is missing", at: "/role")
        }
        guard try await !services.store.tokens().contains(where: { $0.name == name }) else {
            throw APIError(
                .nameTaken,
                "there is a token \(name) already",
                hint: "delete it first, or take another name"
            )
        }
        let token = try RandomBytes.token()
        let record = TokenRecord(
            name: name,
            hash: SHA256.hash(token),
            role: role,
            project: try caller.scope(asked: call.text("project")),
            createdAt: services.clock.now()
        )
        let reach = record.project ?? "all projects"
        let detail = "\(record.name), role \(record.role.rawValue), \(reach)"
        try await services.store.put(record, audit: [audited(caller, .tokenCreate, detail, record)])
        tell(record)
        let path = OperationID.getToken.operation.path(["token": record.name])
        return try Reply(NewToken(TokenView(record), token: token), status: 201, location: services.location(path))
    }

    func getToken(_ call: Call) async throws -> Reply {
        try Reply(TokenView(try await token(call, in: try await services.store.tokens())))
    }

    func deleteToken(_ call: Call) async throws -> Reply {
        let tokens = try await services.store.tokens()
        let token = try await token(call, in: tokens)
        let rest = tokens.filter { $0.name != token.name && $0.role == .admin && $0.project == nil }
        guard !rest.isEmpty else {
            throw APIError(
                .lastAdminToken,
                "\(token.name) is the last token that may do everything",
                hint: "create another one with the role admin and without project first"
            )
        }
        let record = audited(try call.caller, .tokenDelete, token.name, token)
        try await services.store.removeToken(named: token.name, audit: [record])
        services.streams.end(ofToken: token.name)
        tell(token)
        return try Reply(TokenView(token))
    }

    private func token(_ call: Call, in tokens: [TokenRecord]) async throws -> TokenRecord {
        let (caller, name) = (try call.caller, try call.part("token"))
        guard let token = tokens.first(where: { $0.name == name && Self.sees(caller, $0) }) else {
            throw APIError.notFound("there is no token of this name")
        }
        return token
    }

    /// The link signs in with the requesting token, so that it gives no other rights.
    func createSignInLink(_ call: Call) async throws -> Reply {
        guard let pages = services.pages else { throw APIError.noSuchRoute }
        let caller = try call.caller
        guard let token = try await services.store.tokens().first(where: { Caller($0) == caller }) else {
            throw APIError.unauthenticated
        }
        return try Reply(try await pages.makeSignInLink(for: token))
    }

    func listAudit(_ call: Call) async throws -> Reply {
        let revision = "\(feed.revision)"
        let before = try Cursor(of: call).map { try $0.number }
        let found = try await services.store.audit(project: nil, before: before, limit: call.limit + 1)
        // Stored entries have an id.
        return try Reply(try call.page(found, revision: revision) { ["\($0.id ?? 0)"] })
    }

    private func audited(
        _ caller: Caller,
        _ action: AuditAction,
        _ detail: String,
        _ token: TokenRecord
    ) -> AuditRecord {
        AuditRecord(
            at: services.clock.now(),
            actor: caller.name,
            action: action.stored,
            detail: detail,
            project: token.project,
            object: AuditObject(.token, token.name)
        )
    }

    private func tell(_ token: TokenRecord) {
        feed.tell([ChangedObject(.token, project: token.project, name: token.name), ChangedObject(.audit)])
    }

    /// An administrator of one project sees the tokens of that project only.
    private static func sees(_ caller: Caller, _ token: TokenRecord) -> Bool {
        caller.project == nil || caller.project == token.project
    }
}

import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import Hummingbird
import Logging
import NIOCore

/// Answers every request that is not for the API: finds the site and the session, applies the rules of forms, and turns
/// failures into pages.
struct PageResponder: Sendable {
    let web: WebPages
    let console: ConsoleParts
    let routes: PageRoutes

    var paths: PagePaths { PagePaths(publicURL: web.configuration.publicURL) }

    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

    func add(to router: Router<ConsoleContext>) {
        for (path, entry) in routes.entries {
            let names = path.split(separator: "/").compactMap { $0.first == ":" ? String($0.dropFirst()) : nil }
            on(router, path) { try await answer(entry, names, $0, $1) }
        }
        on(router, "assets/:hash/:name") { try asset($0, $1) }
        on(router, "sign-in") { try await signIn($0, $1) }
        on(router, "sign-in/link") { try await signInByLink($0, $1) }
        on(router, "sign-out") { try await signOut($0, $1) }
        router.add(middleware: MissingPages(responder: self))
    }

    /// There is no such page.
    fileprivate func missing(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        try await finished(request, context) { try await answer(nil, [], request, context) }
    }

    private func on(
        _ router: Router<ConsoleContext>,
        _ path: String,
        _ answer: @escaping @Sendable (Request, ConsoleContext) async throws -> Response
    ) {
        for method in Self.methods {
            router.on(RouterPath(path), method: method) { request, context in
                try await finished(request, context) { try await answer(request, context) }
            }
        }
    }

    /// Adds to an answer what all answers of pages have.
    private func finished(
        _ request: Request,
        _ context: ConsoleContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        var response = try await telling(request, context, answer)
        PageHeaders.add(to: &response.headers, isSecure: isSecure(request, context))
        if request.method == .head { response = response.createHeadResponse() }
        return response
    }

    /// Answers a failure with a page, unless the request is the API's.
    private func telling(
        _ request: Request,
        _ context: ConsoleContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard path != "/api", !path.hasPrefix("/api/") else { throw APIError.noSuchRoute }
        do {
            return try await answer()
        } catch let error as PageFailure {
            return failurePage(error, request, context, visitor: nil)
        } catch {
            return failurePage(.failed(APIError(error)), request, context, visitor: nil)
        }
    }

    // MARK: Pages

    private func answer(
        _ entry: PageRoutes.Entry?,
        _ names: [String],
        _ request: Request,
        _ context: ConsoleContext
    ) async throws -> Response {
        let head = PageHead(request, address: clientAddress(request, context))
        let site = try site(of: head)
        var isUse = true
        if case .data = entry?.get { isUse = head.method != .get }
        let visitor = try await web.sessions.visitor(cookie: head.cookie(site.sessionCookie), isUse: isUse)
        guard let visitor else { return try await notSignedIn(head, request, isData: !isUse) }
        var path: [String: String] = [:]
        do {
            path = try parameters(names, of: context)
            let page = PageRequest(
                head: head,
                site: site,
                visitor: visitor,
                paths: paths,
                query: try query(of: head),
                parameters: path,
                pipelines: console.pipelines,
                now: web.clock.now(),
                connection: context.connection,
                revision: console.feed.revision
            )
            return try await answer(entry, page, request)
        } catch let error as PageFailure {
            if case .foreign = error {
                await noteRefusal("the form did not come from a page of this console", entry, path, visitor)
            }
            return failurePage(error, request, context, visitor: visitor)
        } catch {
            let known = APIError(error)
            if head.method == .post, known.isRefusal(of: visitor.caller, project: path["project"]) {
                await noteRefusal(known.detail, entry, path, visitor)
            }
            if known.code == .ours || known.code == .unavailable { log(error, context) }
            return failurePage(.failed(known), request, context, visitor: visitor)
        }
    }

    /// Records a refused action; a page that the visitor may not see is no action.
    private func noteRefusal(
        _ detail: String,
        _ entry: PageRoutes.Entry?,
        _ path: [String: String],
        _ visitor: Visitor
    ) async {
        guard let action = entry?.post?.action else { return }
        await console.refusals.note(action, by: visitor.caller, path: path, detail: detail)
    }

    private func answer(_ entry: PageRoutes.Entry?, _ page: PageRequest, _ request: Request) async throws -> Response {
        guard let entry else { throw APIError.notFound("there is no such page") }
        switch (page.head.method, entry.get, entry.post) {
        case (.get, .page(let show)?, _): return response(try await show(page), page)
        // Only GET: a HEAD request would hold a stream's place without a reader.
        case (.get, .data(let answer)?, _) where request.method == .get: return try await answer(page)
        case (.post, _, let (role, _, act)?):
            let form = try await form(of: request, page)
            try page.caller.require(role)
            guard let key = form.text(FormKey.field) else { return Self.seeOther(try await act(page, form)) }
            guard key.utf8.count <= FormKey.maxBytes else { throw PageFailure.malformed }
            let place = try await console.keys.place(
                key,
                of: page.caller,
                path: page.head.path,
                content: form.content(without: [FormKey.field, FormToken.field])
            ) { try await act(page, form).text }
            return Self.seeOther(Link(own: place))
        default: throw PageFailure.method(allow: entry.allowed)
        }
    }

    func response(_ page: Page, _ request: PageRequest) -> Response {
        var shell = PageShell(
            visitor: request.visitor,
            paths: paths,
            version: web.configuration.version,
            now: request.now
        )
        shell.search = request.head.path == "/search" ? request.query.text("q") ?? "" : ""
        shell.revision = request.revision.description
        return Self.response(shell.document(page), status: page.status)
    }

    static func response(_ html: HTML, status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: html.bytes))
        )
    }

    static func seeOther(_ link: Link) -> Response {
        Response(status: .seeOther, headers: [.location: link.text])
    }

    // MARK: Forms

    /// The fields of a form from the console's own pages; throws for every other form.
    private func form(of request: Request, _ page: PageRequest) async throws -> FormFields {
        guard page.head.comes(from: page.site) else { throw PageFailure.foreign }
        let form = try await fields(of: request)
        guard FormToken.equal(form.text(FormToken.field), page.visitor.formToken) else { throw PageFailure.foreign }
        return form
    }

    func fields(of request: Request) async throws -> FormFields {
        let type = request.headers[.contentType]?.prefix { $0 != ";" } ?? ""
        guard type == "application/x-www-form-urlencoded" else { throw PageFailure.malformed }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: FormFields.maxBytes)
        } catch is NIOTooManyBytesError {
            throw PageFailure.malformed
        }
        guard let form = FormFields(encoded: String(buffer: body)) else { throw PageFailure.malformed }
        return form
    }

    func query(of head: PageHead) throws -> FormFields {
        guard let query = head.query else { return FormFields() }
        guard let fields = FormFields(encoded: query) else { throw PageFailure.malformed }
        return fields
    }

    // MARK: The visitor and the address

    /// The browser's address: behind trusted proxies the forwarded one.
    func clientAddress(_ request: Request, _ context: ConsoleContext) -> String {
        web.configuration.clientAddress(context.peer, request.headers[values: PageHeaders.forwardedFor])
    }

    func site(of head: PageHead) throws(PageFailure) -> BrowserSite {
        guard let host = head.host else { throw .malformed }
        do throws(BrowserSite.Refusal) {
            return try BrowserSite.of(host: host, publicURL: web.configuration.publicURL)
        } catch {
            throw .site(error)
        }
    }

    private func isSecure(_ request: Request, _ context: ConsoleContext) -> Bool {
        (try? site(of: PageHead(request, address: "")))?.isSecure ?? false  // A refused site is not https.
    }

    private func notSignedIn(_ head: PageHead, _ request: Request, isData: Bool) async throws -> Response {
        if isData { return Response(status: .unauthorized, headers: [.contentType: "text/plain; charset=utf-8"]) }
        guard head.method == .get else {
            // Only the page of the form is read from it.
            throw PageFailure.sessionEnded(back: try? await fields(of: request).text("back").flatMap { paths.next($0) })
        }
        let address = paths.base + head.path + (head.query.map { "?\($0)" } ?? "")
        let isHome = head.path == "/" && head.query == nil
        let known = isHome ? nil : paths.next(address)
        return Self.seeOther(paths("sign-in", query: known.map { [("next", $0.text)] } ?? []))
    }

    /// The named parts of the path, decoded.
    private func parameters(_ names: [String], of context: ConsoleContext) throws -> [String: String] {
        var found: [String: String] = [:]
        for name in names {
            guard let value = PercentEncoding.decoded(try context.parameters.require(name)) else {
                throw APIError.notFound("there is no such page")
            }
            found[name] = value
        }
        return found
    }

    private func asset(_ request: Request, _ context: ConsoleContext) throws -> Response {
        guard request.method == .get || request.method == .head else { throw PageFailure.method(allow: "GET, HEAD") }
        let hash = try context.parameters.require("hash")
        let name = try context.parameters.require("name")
        guard let response = Asset.response(hash: hash, name: name) else {
            throw APIError.notFound("there is no such file")
        }
        return response
    }

    private func log(_ error: any Error, _ context: ConsoleContext) {
        console.logger.error(
            "a page could not be made",
            metadata: [
                "request.id": "\(context.requestID)",
                "error.kind": "\(type(of: error))",
                "error.message": "\((error as? any Diagnosable)?.message ?? "no description")",
            ]
        )
    }
}

/// Answers requests without a matching route of the listener; it comes after all routes, so it handles no others.
///
/// A route for all other addresses is not possible: the router does not return to it after the beginning of an address
/// has matched another route.
private struct MissingPages: RouterMiddleware {
    let responder: PageResponder

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        try await responder.missing(request, context)
    }
}

import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import Hummingbird

/// Signing in and out.
extension PageResponder {
    /// How long the cookie of the sign-in form is valid, in seconds.
    private static let formLifetime: Int64 = 900

    /// `GET` shows the form; `POST` handles it.
    func signIn(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let head = PageHead(request, address: clientAddress(request, context))
        let site = try site(of: head)
        switch head.method {
        case .get:
            let next = try query(of: head).text("next").flatMap { paths.next($0) }
            if try await web.sessions.visitor(cookie: head.cookie(site.sessionCookie), isUse: true) != nil {
                return Self.seeOther(next ?? paths())
            }
            return try signInForm(head, site, next: next)
        case .post:
            let form = try await fieldsBeforeSignIn(request, head, site)
            let next = form.text("next").flatMap { paths.next($0) }
            guard Self.belongs(form, head, site) else { return try await secondClick(head, site, next: next) }
            do throws(Sessions.Refusal) {
                let id = try await begin {
                    try await web.sessions.signIn(token: form.text("token") ?? "", from: head.address)
                }
                return signedIn(id, site, next: next)
            } catch {
                return try signInForm(head, site, next: next, refusal: error)
            }
        case .other: throw PageFailure.method(allow: "GET, HEAD, POST")
        }
    }

    /// Handles a link for one sign-in.
    ///
    /// A link that a person opens (`Sec-Fetch-Site: none`) signs in at once. If another page led here, or the header is
    /// missing, a button comes first. Otherwise a foreign page could sign somebody in as somebody else, and a program
    /// that checks links would use it up.
    func signInByLink(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let head = PageHead(request, address: clientAddress(request, context))
        let site = try site(of: head)
        switch head.method {
        case .get:
            let query = try query(of: head)
            let code = query.text("code") ?? ""
            let next = query.text("next").flatMap { paths.next($0) }
            guard head.fetchSite == "none", !head.isPrefetch, request.method == .get else {
                return try linkForm(head, site, code: code, next: next)
            }
            return try await signIn(code: code, head, site, next: next)
        case .post:
            let form = try await fieldsBeforeSignIn(request, head, site)
            let next = form.text("next").flatMap { paths.next($0) }
            guard Self.belongs(form, head, site) else { return try await secondClick(head, site, next: next) }
            return try await signIn(code: form.text("code") ?? "", head, site, next: next)
        case .other: throw PageFailure.method(allow: "GET, HEAD, POST")
        }
    }

    func signOut(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let head = PageHead(request, address: clientAddress(request, context))
        let site = try site(of: head)
        guard head.method == .post else { throw PageFailure.method(allow: "POST") }
        guard head.comes(from: site) else { throw PageFailure.foreign }
        let form = try await fields(of: request)
        if let visitor = try await web.sessions.visitor(cookie: head.cookie(site.sessionCookie), isUse: true) {
            guard FormToken.equal(form.text(FormToken.field), visitor.formToken) else { throw PageFailure.foreign }
            try await web.sessions.signOut(visitor, from: head.address)
            console.streams.end(of: visitor)
        }
        var response = Self.seeOther(paths("sign-in"))
        response.headers[values: .setCookie].append(site.removeCookie(site.sessionCookie))
        return response
    }

    private func signIn(
        code: String,
        _ head: PageHead,
        _ site: BrowserSite,
        next: Link?
    ) async throws -> Response {
        do throws(Sessions.Refusal) {
            return signedIn(
                try await begin { try await web.sessions.signIn(link: code, from: head.address) },
                site,
                next: next
            )
        } catch {
            return try signInForm(head, site, next: next, refusal: error)
        }
    }

    /// Separates refusals from failures of the store, which have their own pages.
    private func begin(_ signIn: () async throws -> String) async throws(Sessions.Refusal) -> String {
        do {
            return try await signIn()
        } catch let error as Sessions.Refusal {
            throw error
        } catch {
            throw .unavailable(APIError(error))
        }
    }

    private func signedIn(_ id: String, _ site: BrowserSite, next: Link?) -> Response {
        var response = Self.seeOther(next ?? paths())
        let seconds = SessionRecord.lifetime.components.seconds
        response.headers[values: .setCookie].append(site.setCookie(site.sessionCookie, id, seconds: seconds))
        response.headers[values: .setCookie].append(site.removeCookie(site.signInCookie))
        return response
    }

    /// The fields of a form from one of Hoistway's own pages.
    private func fieldsBeforeSignIn(
        _ request: Request,
        _ head: PageHead,
        _ site: BrowserSite
    ) async throws -> FormFields {
        guard head.comes(from: site) else { throw PageFailure.foreign }
        return try await fields(of: request)
    }

    /// Whether the form was made for this browser, which is not signed in yet.
    private static func belongs(_ form: FormFields, _ head: PageHead, _ site: BrowserSite) -> Bool {
        head.cookie(site.signInCookie).map { FormToken.matches(form.text(FormToken.field), secret: $0) } ?? false
    }

    /// The first of two clicks has signed in and removed the form's cookie: for the second one, the session exists.
    private func secondClick(_ head: PageHead, _ site: BrowserSite, next: Link?) async throws -> Response {
        guard try await web.sessions.visitor(cookie: head.cookie(site.sessionCookie), isUse: true) != nil else {
            throw PageFailure.foreign
        }
        return Self.seeOther(next ?? paths())
    }

    // Inlined into its callers, it makes the optimizer of Swift 6.3.1 fail ("Found over consume?!").
    @inline(never)
    private func signInForm(
        _ head: PageHead,
        _ site: BrowserSite,
        next: Link?,
        refusal: Sessions.Refusal? = nil
    ) throws -> Response {
        if case .unavailable(let error)? = refusal { throw PageFailure.failed(error) }
        return try form(head, site, status: refusal?.status ?? .ok) { secret, html in
            html(.h1, text: "Sign in")
            if let refusal { html(.p, .class("refusal"), .id("refusal"), .role("alert"), text: refusal.message) }
            html(.form, .method("post"), .action(paths("sign-in"))) { html in
                html(.input, .type("hidden"), .name("csrf"), .value(secret))
                if let next { html(.input, .type("hidden"), .name("next"), .value(next.text)) }
                // Password managers need a user name.
                html(.input, .name("username"), .value("hoistway"), .autocomplete("username"), .hidden)
                html(.label, .for("token"), text: "Token")
                html(
                    .input,
                    .id("token"),
                    .type("password"),
                    .name("token"),
                    .autocomplete("current-password"),
                    .required,
                    .autofocus,
                    refusal == nil ? .absent : .aria("describedby", "refusal")
                )
                html(.button, .type("submit"), .class("action"), text: "Sign in")
            }
            html(.p, .class("quiet")) { html in
                html.text("On the machine where Hoistway runs, ")
                html(.code, text: "hoistway open")
                html.text(" prints a link that signs in once.")
            }
        }
    }

    private func linkForm(
        _ head: PageHead,
        _ site: BrowserSite,
        code: String,
        next: Link?
    ) throws -> Response {
        try form(head, site, status: .ok) { secret, html in
            html(.h1, text: "Sign in")
            html(.p, text: "This link signs you in once. Go on only if you asked for it yourself.")
            html(.form, .method("post"), .action(paths("sign-in", "link"))) { html in
                html(.input, .type("hidden"), .name("csrf"), .value(secret))
                html(.input, .type("hidden"), .name("code"), .value(code))
                if let next { html(.input, .type("hidden"), .name("next"), .value(next.text)) }
                html(.button, .type("submit"), .class("action"), text: "Sign in")
            }
        }
    }

    /// A page with a form that is bound to a cookie; sets the cookie if it is missing.
    private func form(
        _ head: PageHead,
        _ site: BrowserSite,
        status: HTTPResponse.Status,
        _ content: (_ secret: String, inout HTML) -> Void
    ) throws -> Response {
        let known = head.cookie(site.signInCookie).flatMap { (20...128).contains($0.utf8.count) ? $0 : nil }
        let cookie = try known ?? web.sessions.signInCookie()
        let secret = try FormToken.of(cookie)
        let page = Page("Sign in", area: nil, status: status) { html in
            html(.section, .class("sign-in")) { content(secret, &$0) }
        }
        let shell = PageShell(
            visitor: nil,
            paths: paths,
            version: web.configuration.version,
            now: web.clock.now()
        )
        var response = Self.response(shell.document(page), status: status)
        response.headers[values: .setCookie].append(
            site.setCookie(site.signInCookie, cookie, seconds: Self.formLifetime)
        )
        if status == .tooManyRequests { response.headers[.retryAfter] = "60" }
        return response
    }
}

extension Sessions.Refusal {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .token, .link: .unauthorized
        case .tooManyTries: .tooManyRequests
        case .unavailable: .serviceUnavailable
        }
    }

    /// One sentence for all faults of a token, and one for all faults of a link.
    fileprivate var message: String {
        switch self {
        case .token: "This token does not sign in. Check it, or ask for another one."
        case .link: "This link does not sign in: it works once, within a minute. Ask for another one, or use a token."
        case .tooManyTries: "There were too many tries from your address. Wait a minute."
        case .unavailable: "The state cannot be read at the moment."
        }
    }
}

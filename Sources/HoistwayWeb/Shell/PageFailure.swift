import HoistwayConsole
import HoistwayPorts
import Hummingbird

/// Why the requested page cannot be shown.
enum PageFailure: Error {
    case failed(APIError)
    /// The request is not from the console's own pages, or the code of its form is wrong.
    case foreign
    /// The request cannot be parsed.
    case malformed
    case method(allow: String)
    /// A form whose session has ended; `back`: the page of the form.
    case sessionEnded(back: Link?)
    /// Pages are not offered at this address.
    case site(BrowserSite.Refusal)

    var status: HTTPResponse.Status {
        switch self {
        case .failed(let error): error.status
        case .foreign: .forbidden
        case .malformed: .badRequest
        case .method: .methodNotAllowed
        case .sessionEnded: .unauthorized
        case .site: .forbidden
        }
    }

    /// The heading.
    var title: String {
        switch self {
        case .failed(let error):
            switch error.code {
            case .notFound, .noSuchRoute: "There is no such page"
            case .forbidden: "Your token may not do this"
            case .unavailable: "The state cannot be read at the moment"
            case .ours: "Something broke in the server"
            case .shuttingDown: "The server is stopping"
            case .requestInterrupted: "Nobody knows whether this was done"
            default: "This was not done"
            }
        case .foreign: "This form was not accepted"
        case .malformed: "This request cannot be read"
        case .method: "This page cannot be used in this way"
        case .sessionEnded: "Your session has ended"
        case .site: "Pages are not offered at this address"
        }
    }

    /// The explanation, in sentences.
    var message: String {
        switch self {
        case .failed(let error):
            switch error.code {
            // The same page for a missing object and for one that the token may not see.
            case .notFound, .noSuchRoute:
                "Nothing is at this address, or your token does not permit you to see it. It may also have been "
                    + "removed while you looked at it."
            case .unavailable: "\(Sentence.whole(error.detail)) Nothing was changed. Try again in a moment."
            case .requestInterrupted:
                "The program stopped before it answered this form the first time. It was not done a second time."
            case .keyReused: "This form was sent before with other fields. Only the first one was done."
            case .tooManyKeys: "Your token has sent too many forms and requests within 24 hours. Nothing was changed."
            default: Sentence.whole(error.detail)
            }
        case .foreign:
            "It did not come from a page of this console, or the page is older than your session. Nothing was changed."
        case .malformed: "Nothing was changed."
        case .method(let allow): "It takes \(allow)."
        case .sessionEnded: "Nothing was changed. Sign in again; you come back to the page where you were."
        case .site(let refusal): refusal.message
        }
    }

    var hint: String? {
        switch self {
        case .failed(let error):
            switch error.code {
            case .notFound, .noSuchRoute: nil
            // Pages have forms instead of keys.
            case .requestInterrupted: "Look at what there is; load the page again to repeat what you did."
            case .keyReused: "Load the page again and repeat what you did."
            case .tooManyKeys: "Try again tomorrow, or use another token."
            default: error.hint
            }
        case .foreign: "Load the page again and repeat what you did."
        case .site(let refusal): refusal.hint
        default: nil
        }
    }
}

extension PageResponder {
    /// The page about a failure.
    func failurePage(
        _ failure: PageFailure,
        _ request: Request,
        _ context: ConsoleContext,
        visitor: Visitor?
    ) -> Response {
        let page = Page(failure.title, area: nil, status: failure.status) { html in
            html(.section, .class("problem")) { html in
                html(.h1, text: failure.title)
                html(.p) { $0.advice(Advice(failure.message, project: nil, paths: paths)) }
                if let hint = failure.hint {
                    html(.p, .class("hint")) { html in
                        html.advice(Advice(Sentence.whole(hint), project: nil, paths: paths))
                    }
                }
                wayOn(failure, visitor, &html)
                if failure.status.code >= 500 {
                    html(.p, .class("quiet"), text: "The log names this request: \(context.requestID)")
                }
            }
        }
        let shell = PageShell(
            visitor: visitor,
            paths: paths,
            version: web.configuration.version,
            now: web.clock.now()
        )
        var response = Self.response(shell.document(page), status: failure.status)
        if case .method(let allow) = failure { response.headers[.allow] = allow }
        if failure.status == .serviceUnavailable { response.headers[.retryAfter] = "5" }
        return response
    }

    private func wayOn(_ failure: PageFailure, _ visitor: Visitor?, _ html: inout HTML) {
        html(.p, .class("ways")) { html in
            if case .sessionEnded(let back) = failure {
                let next = back.map { [("next", $0.text)] } ?? []
                html(.a, .class("action"), .href(paths.link(["sign-in"], query: next)), text: "Sign in")
            } else if case .site = failure {
                return
            } else if visitor != nil {
                html(.a, .class("action"), .href(paths()), text: "To the overview")
            } else {
                html(.a, .class("action"), .href(paths("sign-in")), text: "Sign in")
            }
        }
    }
}

import HoistwayConsole
package import HoistwayPorts
package import Hummingbird

/// The table of pages: which path has which page and which form.
///
/// A path is written as `projects/:project/stages/:stage`. Methods that it does not have are answered with 405.
package struct PageRoutes: Sendable {
    package typealias Show = @Sendable (PageRequest) async throws -> Page
    /// Does what a form asks for; gives the page that says so.
    package typealias Act = @Sendable (PageRequest, FormFields) async throws -> Link
    package typealias Answer = @Sendable (PageRequest) async throws -> Response
    /// Parts of a page by their `data-live`; `nil` for one that is there no longer.
    package typealias Parts = @Sendable (PageRequest, [String]) async throws -> [String: HTML?]

    struct Entry: Sendable {
        enum Get: Sendable {
            case page(Show)
            /// What the script asks for by itself: it does not count as use of the session.
            case data(Answer)
        }

        var get: Get?
        var post: (role: TokenRole, action: AuditAction, act: Act)?

        /// The value of `Allow`.
        var allowed: String {
            let reading: String? =
                switch get {
                case nil: nil
                case .page: "GET, HEAD"
                case .data: "GET"
                }
            return [reading, post == nil ? nil : "POST"].compactMap(\.self).joined(separator: ", ")
        }
    }

    private(set) var entries: [String: Entry] = [:]

    package init() {}

    package mutating func page(_ path: String, _ show: @escaping Show) {
        entries[path, default: Entry()].get = .page(show)
    }

    /// What the script fetches: fragments of pages, the stream.
    mutating func data(_ path: String, _ answer: @escaping Answer) {
        entries[path, default: Entry()].get = .data(answer)
    }

    /// Parts of a page that the script fetches again when something changed: up to ``LiveParts/maxParts`` at once.
    package mutating func live(_ path: String, _ parts: @escaping Parts) {
        data(path) { request in try await LiveParts.response(request, parts) }
    }

    /// A form's target.
    ///
    /// - Parameters:
    ///   - role: asked before anything of the form is looked at; the project is for `act` to check.
    ///   - action: what the audit trail calls it.
    package mutating func action(
        _ path: String,
        needs role: TokenRole,
        as action: AuditAction,
        _ act: @escaping Act
    ) {
        entries[path, default: Entry()].post = (role, action, act)
    }
}

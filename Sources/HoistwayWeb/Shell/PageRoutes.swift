import HoistwayConsole
package import HoistwayPorts
package import Hummingbird

/// The table of pages: the page and the form for each path.
///
/// A path has the form `projects/:project/stages/:stage`. Other methods are answered with 405.
package struct PageRoutes: Sendable {
    package typealias Show = @Sendable (PageRequest) async throws -> Page
    /// Runs the action of a form; returns the page with the result.
    package typealias Act = @Sendable (PageRequest, FormFields) async throws -> Link
    package typealias Answer = @Sendable (PageRequest) async throws -> Response
    /// Parts of a page by their `data-live`; `nil` for a part that no longer exists.
    package typealias Parts = @Sendable (PageRequest, [String]) async throws -> [String: HTML?]

    struct Entry: Sendable {
        enum Get: Sendable {
            case page(Show)
            /// Requests of the script itself: they do not count as use of the session.
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

    /// Data for the script: parts of pages, the stream.
    mutating func data(_ path: String, _ answer: @escaping Answer) {
        entries[path, default: Entry()].get = .data(answer)
    }

    /// Parts of a page that the script fetches again after a change: up to ``LiveParts/maxParts`` at once.
    package mutating func live(_ path: String, _ parts: @escaping Parts) {
        data(path) { request in try await LiveParts.response(request, parts) }
    }

    /// The target of a form.
    ///
    /// - Parameters:
    ///   - role: checked before the form is read; `act` must check the project.
    ///   - action: its name in the audit trail.
    package mutating func action(
        _ path: String,
        needs role: TokenRole,
        as action: AuditAction,
        _ act: @escaping Act
    ) {
        entries[path, default: Entry()].post = (role, action, act)
    }
}

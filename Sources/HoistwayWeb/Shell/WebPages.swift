package import HoistwayConsole
import HoistwayModel
package import HoistwayPorts
package import Hummingbird
package import NIOCore

/// The pages' configuration.
package struct WebConfiguration: Sendable {
    /// `console.publicURL`.
    package var publicURL: String?
    /// The program's version; a page of another version asks to be loaded again.
    package var version: String
    /// See ``ConsoleConfiguration``.
    package var projectsOfReceiver: @Sendable (_ receiver: String) -> Set<String>
    package var refusals: @Sendable (_ receiver: String?) -> [RefusalView]
    /// Manifests in Git.
    package var manifests: @Sendable () async -> [ManifestSourceView]
    /// Computes the browser's address from that of its connection and `X-Forwarded-For`.
    package var clientAddress: @Sendable (_ peer: SocketAddress?, _ forwarded: [String]) -> String

    package init(
        publicURL: String?,
        version: String,
        projectsOfReceiver: @escaping @Sendable (_ receiver: String) -> Set<String>,
        refusals: @escaping @Sendable (_ receiver: String?) -> [RefusalView],
        manifests: @escaping @Sendable () async -> [ManifestSourceView] = { [] },
        clientAddress: @escaping @Sendable (_ peer: SocketAddress?, _ forwarded: [String]) -> String
    ) {
        self.publicURL = publicURL
        self.version = version
        self.projectsOfReceiver = projectsOfReceiver
        self.refusals = refusals
        self.manifests = manifests
        self.clientAddress = clientAddress
    }
}

/// The console's pages: everything on the listener except the API.
///
/// Pages accept the session's cookie and never a bearer token; the API only accepts bearer tokens.
package struct WebPages: ConsolePages {
    let configuration: WebConfiguration
    let sessions: Sessions
    let store: any StateStore
    let clock: any WallClock

    package init(
        configuration: WebConfiguration,
        sessions: Sessions,
        store: any StateStore,
        clock: any WallClock
    ) {
        self.configuration = configuration
        self.sessions = sessions
        self.store = store
        self.clock = clock
    }

    package func makeSignInLink(for token: TokenRecord) async throws -> SignInLink {
        let code = try await sessions.makeLink(for: token)
        let path = PagePaths(publicURL: configuration.publicURL)("sign-in", "link", query: [("code", code)]).text
        return SignInLink(
            path: path,
            url: configuration.publicURL.flatMap { PublicAddress($0) }.map { $0.origin + path },
            seconds: SignInLinkRecord.lifetime.components.seconds
        )
    }

    package func add(to router: Router<ConsoleContext>, _ console: ConsoleParts) {
        var routes = PageRoutes()
        OverviewPages(web: self).add(to: &routes)
        DeliveryPages(web: self).add(to: &routes)
        WarehousePages().add(to: &routes)
        ActivityPages().add(to: &routes)
        PipelinePages(manifests: configuration.manifests).add(to: &routes)
        StagePages().add(to: &routes)
        PromotionPages().add(to: &routes)
        FreightPages().add(to: &routes)
        PreviewPages().add(to: &routes)
        let events = LiveEvents(sessions: sessions, console: console)
        routes.data("live/events") { try await events.response($0) }
        let responder = PageResponder(web: self, console: console, routes: routes)
        responder.add(to: router)
    }
}

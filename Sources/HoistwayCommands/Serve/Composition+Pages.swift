import HoistwayConsole
import HoistwayEngine
import HoistwayModel
import HoistwayReceiver
import HoistwaySettings
import HoistwayStore
import HoistwayWeb

extension Composition {
    /// The pages of the console.
    func pages(store: SQLiteStore, core: EngineCore, receiver: ReceiverServer, book: ManifestBook) -> WebPages {
        let proxies = settings.webhooks.trustedProxies.compactMap { AddressRange($0) }
        return WebPages(
            configuration: WebConfiguration(
                publicURL: settings.console.publicURL,
                version: Version.number,
                projectsOfReceiver: { [core] in core.projects(ofReceiver: $0) },
                refusals: { receiver.refusals(of: $0) },
                manifests: { await book.views },
                clientAddress: { PeerAddress.text(peer: $0, forwarded: $1, trusted: proxies) }
            ),
            sessions: Sessions(sessions: store, store: store, clock: clock),
            store: store,
            clock: clock
        )
    }
}

extension EngineCore {
    /// The projects that a receiver may feed.
    func projects(ofReceiver name: String) -> Set<String> {
        let configuration = configuration
        let projects = configuration.receivers[name].map(\.projects)
        return Set((projects ?? []) ?? Array(configuration.pipelines.projects.keys))
    }
}

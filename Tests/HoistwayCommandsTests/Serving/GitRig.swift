import HoistwayTestServers

/// A Git server of a test's own, with its repositories, behind a proxy that can close its door.
final class GitRig: Sendable {
    let folder: TemporaryFolder
    let server: GitHTTPServer
    let proxy: GitProxy
    let login: (username: String, password: String)
    /// Everybody may read and write, whatever they log in with.
    private let isOpen: Bool

    static let deployer = (username: "deployer", password: "only for the deployer")

    init(login: (username: String, password: String) = deployer, isOpen: Bool = false) async throws {
        folder = try TemporaryFolder("hoistway-git")
        self.login = login
        self.isOpen = isOpen
        var options = GitHTTPServer.Options()
        options.login = isOpen ? nil : login
        server = try await GitHTTPServer.start(root: folder.path, options: options)
        proxy = try GitProxy(to: server.port)
    }

    func stop() {
        proxy.stop()
        server.stop()
        folder.remove()
    }

    func repository(
        _ name: String,
        objectFormat: String = "sha1",
        files: [String: String] = [:]
    ) async throws -> GitRepositoryFixture {
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/\(name)", objectFormat: objectFormat)
        if !files.isEmpty { try await repository.commit(files) }
        return repository
    }

    /// Through the proxy.
    func url(_ name: String) -> String { "http://127.0.0.1:\(proxy.port)/\(name)" }

    func remote(_ name: String) -> Manifest.Git { Manifest.Git(url: url(name), login: isOpen ? nil : login) }
}

/// Most tests' receiver: GHCR's signed events, about images of a registry that need not be there.
struct ImageSource {
    let secret = "the secret of the webhook"
    let host: String

    init() throws {
        self.init(host: "127.0.0.1:\(try LoopbackPort.free())")
    }

    init(host: String) {
        self.host = host
    }

    func image(_ name: String) -> String { "\(host)/acme/\(name)" }

    var receiver: ServedConfiguration.Receiver {
        .init(name: "ghcr", sender: "ghcr", secret: secret)
    }

    /// Tells the server of a new tag; gives the status.
    func announce(
        _ name: String,
        _ tag: String,
        digest: String? = nil,
        to served: ServedProgram
    ) async throws -> Int {
        try await served.post(try .package(image(name), tag: tag, digest: digest, secret: secret), to: "/hook/ghcr")
    }
}

extension ServedProgram {
    /// The stage's newest promotion, once it is over.
    func lastPromotion(of stage: String, freightOf tag: String? = nil) async throws -> PromotionSummary {
        var found: PromotionSummary?
        try await eventually("the end of a promotion to \(stage)") {
            let list = try await get("promotions?stage=\(stage)&limit=50", as: Listed<PromotionSummary>.self)
            found = list.items.first { tag.map($0.summary.contains) ?? true }
            return found?.isOver ?? false
        }
        guard let found else { throw TestServerError.failed("looking for a promotion to \(stage)", detail: "none") }
        return found
    }
}

/// Of a promotion's view what most tests look at.
struct PromotionSummary: Decodable, Sendable {
    struct Branch: Decodable, Sendable, Hashable {
        var branch: String
        var tree: String
        var pushed: Bool
        var digest: String?
    }

    var id: String
    var freight: String
    var stage: String
    var summary: String
    var phase: String
    var message: String
    var nextTry: String?
    var branches: [Branch]

    var isOver: Bool { !["Pending", "Running"].contains(phase) }
}

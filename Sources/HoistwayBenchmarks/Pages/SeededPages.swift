import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayStore
import Logging

/// The state for the measured pages: freight and stages of each shape.
enum SeededPages {
    /// In each project.
    static let freight = 500

    /// Numbered from 1.
    static func token(_ number: Int) -> String { "bench-token-0123456789abcdef0123456789-\(number)" }

    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 40 - digits.count) + digits
    }

    /// Freight of the last hours, with older freight in deeper stages; a tenth of the stages have the newest.
    ///
    /// - Parameter tokens: their number; all have the role admin.
    static func seed(_ server: HoistwayServer, tokens: Int = 1) async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let store = try SQLiteStore.open(StoreSettings(path: server.database), logger: logger)
        defer { store.close() }
        let now = BenchClock().now()
        for number in 1...tokens {
            let hash = SHA256.hash(token(number))
            try await store.put(
                TokenRecord(name: "bench-\(number)", hash: hash, role: .admin, project: nil, createdAt: now)
            )
        }
        for project in PageShapes.allCases.map(\.rawValue) {
            let stages = (0..<PageShapes.count).map { number in
                StageRecord(
                    key: StageKey(project: project, name: PageShapes.stage(number)),
                    history: [
                        StageRecord.Collection(
                            items: ["main": FreightID(id(Self.freight - number % 40))],
                            promotion: PromotionID("\(PageShapes.stage(number)).01m7yyqavt3mswwbmne0hmhgey.0000000"),
                            at: now + .seconds(-600 * (number % 40 + 1))
                        )
                    ]
                )
            }
            let freight = (1...Self.freight).map { number in
                let present = (0..<PageShapes.count).filter { Self.freight - $0 % 40 == number }
                let since = present.map { (PageShapes.stage($0), now + .seconds(-600)) }
                return FreightRecord(
                    freight: Freight(
                        id: FreightID(id(number)),
                        alias: "freight-\(number)",
                        origin: WarehouseKey(project: project, name: "main"),
                        artifacts: [
                            .image(
                                ImageArtifact(
                                    repoURL: "127.0.0.1:1/\(project)",
                                    tag: "1.0.\(number)",
                                    digest: "sha256:\(id(number))\(String(repeating: "0", count: 24))"
                                )
                            )
                        ],
                        discoveredAt: now + .seconds(-600 * (Self.freight - number + 1))
                    ),
                    currentlyIn: Dictionary(uniqueKeysWithValues: since),
                    cause: "seeded"
                )
            }
            try await store.commit(
                stages.map(Change.putStage) + freight.map(Change.putFreight),
                deliveries: [],
                audit: []
            )
        }
    }
}

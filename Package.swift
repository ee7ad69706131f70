// swift-tools-version: 6.2
import PackageDescription

// The manifest is the architecture: a target may use only what stands in its `dependencies`,
// and dependencies point up the list of rooms (see Sources/hoistway/Documentation.docc/Rooms.md).

/// Language features that every target of ours is compiled with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let posix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let http1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let client: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let trees: Target.Dependency = .product(name: "HashTreeCollections", package: "swift-collections")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "hoistway",
    products: [
        .executable(name: "hoistway", targets: ["hoistway"]),
        .executable(name: "hoistway-bench", targets: ["HoistwayBenchmarks"]),
        .executable(name: "hoistway-fuzz", targets: ["HoistwayFuzz"]),
        .executable(name: "hoistway-quick", targets: ["HoistwayQuick"]),
        .executable(name: "hoistway-crash", targets: ["HoistwayCrash"]),
        .executable(name: "hoistway-testcluster", targets: ["HoistwayTestCluster"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Doors to C libraries.
        .systemLibrary(name: "Clibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "Csqlite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "Czstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "Clibyaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "Czlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "Cmemory"),
        .systemLibrary(name: "Cspawn"),
        // toml++ is C++: a target of our own gives it to Swift as C.
        .target(name: "Ctoml"),
        .systemLibrary(name: "Cpcre2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        // A thread of one's own, and work on all processors.
        room("HoistwayThreads"),

        // Values and rules.
        room("HoistwayModel", [trees]),
        room("HoistwayPorts", ["HoistwayModel"]),
        room("HoistwayCrypto", ["HoistwayModel", "COpenSSL"]),
        room("HoistwayPatterns", ["HoistwayModel", "Cpcre2"]),
        room("HoistwayExpressions", ["HoistwayModel"]),
        room("HoistwayEvents", ["HoistwayModel", "HoistwayCrypto"]),
        room("HoistwayEdits", ["HoistwayModel", "Clibyaml", "Ctoml"]),
        room(
            "HoistwaySettings",
            [
                "HoistwayModel", "HoistwayCrypto", "HoistwayPatterns", "HoistwayExpressions", "HoistwayEvents",
                "HoistwayEdits", "HoistwayThreads",
            ]
        ),
        room(
            "HoistwaySteps",
            ["HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayEdits", "HoistwayExpressions", "Czlib"]
        ),
        room(
            "HoistwayEngine",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayEdits", "HoistwayExpressions", "HoistwaySteps",
                "HoistwayThreads", logging, lifecycle, metrics,
            ]
        ),

        // What pages show, as values: where cards and edges of a graph lie, and what a diff says.
        room("HoistwayLayout"),
        room("HoistwayDiffs"),

        // What adapters that speak http share.
        room("HoistwayHTTP", [client, nio, posix, http1, tls]),

        // SQLite's own interface in Swift's words.
        room("HoistwaySQLite", ["Csqlite"]),

        // Adapters.
        room(
            "HoistwayGit",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayHTTP", "Clibgit2", "Cspawn", "Czlib",
                client, nio, http1, tls, logging,
            ]
        ),
        room(
            "HoistwayStore",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwaySQLite", "HoistwayThreads", "Czstd",
                logging, metrics,
            ]
        ),
        room(
            "HoistwayRegistry",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayEdits", "HoistwayHTTP", "Czlib", client,
                nio,
                posix, http1, tls,
            ]
        ),

        room(
            "HoistwayNotify",
            ["HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayHTTP", client, nio, http1]
        ),

        // A client of the Kubernetes API; knows nothing of promotions.
        room(
            "HoistwayKubernetes",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayEdits", "HoistwayHTTP", "HoistwayThreads",
                "Cspawn", client, nio, http1, tls,
            ]
        ),

        // Argo CD's Applications by the Kubernetes API: the ports of Argo CD.
        room("HoistwayArgoCD", ["HoistwayModel", "HoistwayPorts", "HoistwayKubernetes", logging, metrics]),

        // Pull requests and commit statuses at Git hosts.
        room(
            "HoistwayForge",
            ["HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayHTTP", client, nio, http1, tls]
        ),

        // The requests of the step `http`.
        room(
            "HoistwayRequests",
            ["HoistwayModel", "HoistwayPorts", "HoistwayHTTP", client, nio, posix, http1, tls]
        ),

        // Foreign programs (kustomize, kubectl, helm) in a sandbox.
        room("HoistwayPrograms", ["HoistwayModel", "HoistwayPorts", "HoistwayEdits", "HoistwayThreads", "Cspawn"]),

        // Listeners.
        room(
            "HoistwayReceiver",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", nio, posix, http1, tls, logging, lifecycle, metrics,
            ]
        ),
        room(
            "HoistwayConsole",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", hummingbird, hummingbirdCore, nio, http1, logging,
                lifecycle, metrics,
            ]
        ),

        // Pages in the console's listener.
        room(
            "HoistwayWeb",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayConsole", "HoistwayLayout",
                "HoistwayDiffs", hummingbird, nio, logging, lifecycle,
            ]
        ),

        // The program.
        room(
            "HoistwayCommands",
            [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayPatterns", "HoistwayExpressions",
                "HoistwayEdits", "HoistwayEvents", "HoistwaySettings", "HoistwaySteps", "HoistwayEngine", "HoistwayGit",
                "HoistwayStore",
                "HoistwayRegistry", "HoistwayNotify", "HoistwayPrograms", "HoistwayRequests", "HoistwayForge",
                "HoistwayKubernetes", "HoistwayArgoCD", "HoistwayReceiver", "HoistwayConsole",
                "HoistwayWeb",
                "Clibgit2", "COpenSSL", "Clibyaml", "Cmemory", "Cpcre2", "Csqlite", "Czlib", "Czstd",
                arguments, unixSignals, client, nio, posix, http1, tls, logging, lifecycle, metrics,
            ]
        ),
        .executableTarget(
            name: "hoistway",
            dependencies: ["HoistwayCommands"],
            exclude: ["Documentation.docc"],
            swiftSettings: settings
        ),

        // For tests, benchmarks and the quickstart: real servers, contract suites. No test framework.
        room(
            "HoistwayTestServers",
            ["HoistwayCrypto", "Cspawn", "Czlib", subprocess, system, nio, posix, http1, tls]
        ),
        room("HoistwayTestBrowser", ["HoistwayTestServers", client, nio, http1]),
        room("HoistwayTestKit", ["HoistwayModel", "HoistwayPorts", "HoistwayEdits"]),

        .executableTarget(
            name: "HoistwayBenchmarks",
            dependencies: [
                "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayEvents", "HoistwayStore",
                "HoistwayReceiver", "HoistwayEdits", "HoistwayTestServers", "Cmemory", "Csqlite", nio, posix, arguments,
                logging,
            ],
            swiftSettings: settings
        ),

        // A cluster with Argo CD, played by the test servers: `scripts/quickstart`.
        .executableTarget(
            name: "HoistwayTestCluster",
            dependencies: ["HoistwayTestServers", "HoistwayEdits", arguments, unixSignals],
            swiftSettings: settings
        ),

        // The program, killed at a write to its state: `scripts/crash`.
        .executableTarget(
            name: "HoistwayCrash",
            dependencies: ["HoistwayCommands", "Csqlite"],
            swiftSettings: settings
        ),

        // The program, by a clock that goes faster: for `scripts/bench`.
        .executableTarget(
            name: "HoistwayQuick",
            dependencies: ["HoistwayCommands", "HoistwayModel", "HoistwayPorts"],
            swiftSettings: settings
        ),

        // Fuzzers of every decoder of foreign bytes: `scripts/fuzz`.
        .executableTarget(
            name: "HoistwayFuzz",
            dependencies: [
                "HoistwayModel", "HoistwayCrypto", "HoistwayPatterns", "HoistwayExpressions", "HoistwayEvents",
                "HoistwayEdits", "HoistwaySettings", "HoistwaySteps", "HoistwayGit", "HoistwayRegistry",
                "HoistwayArgoCD", "HoistwayForge",
                "HoistwayTestKit",
            ],
            swiftSettings: settings
        ),

        tests("HoistwayModelTests", ["HoistwayModel", "HoistwayPatterns", "HoistwayCrypto"]),
        tests("HoistwayLayoutTests", ["HoistwayLayout"]),
        tests("HoistwayDiffsTests", ["HoistwayDiffs"]),
        tests("HoistwayCryptoTests", ["HoistwayCrypto"]),
        tests("HoistwayPatternsTests", ["HoistwayPatterns", "HoistwayModel"]),
        tests("HoistwayTestServersTests", ["HoistwayTestServers", "HoistwayTestCluster", client, nio, http1]),
        tests("HoistwayHTTPTests", ["HoistwayHTTP", "HoistwayTestServers", client, nio, posix, http1, tls]),
        tests(
            "HoistwayExpressionsTests",
            ["HoistwayExpressions", "HoistwayModel", "HoistwayPatterns"],
            exclude: ["Fixtures"]
        ),
        tests("HoistwayEventsTests", ["HoistwayEvents", "HoistwayModel", "HoistwayCrypto"], exclude: ["Fixtures"]),
        tests("HoistwayEditsTests", ["HoistwayEdits", "HoistwayModel", "HoistwayCrypto", "HoistwayTestKit"]),
        tests(
            "HoistwaySettingsTests",
            [
                "HoistwaySettings", "HoistwaySteps", "HoistwayModel", "HoistwayCrypto", "HoistwayEdits",
                "HoistwayPatterns",
            ]
        ),
        tests(
            "HoistwayStepsTests",
            [
                "HoistwaySteps", "HoistwayModel", "HoistwayPorts", "HoistwayEdits", "HoistwayExpressions",
                "HoistwayGit", "HoistwayPatterns", "HoistwayTestKit",
            ]
        ),
        tests(
            "HoistwayEngineTests",
            [
                "HoistwayEngine", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayPatterns",
                "HoistwayTestKit", "HoistwayTestServers", logging,
            ]
        ),
        tests(
            "HoistwayGitTests",
            [
                "HoistwayGit", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayTestServers", logging,
            ]
        ),
        tests("HoistwaySQLiteTests", ["HoistwaySQLite"]),
        tests(
            "HoistwayStoreTests",
            [
                "HoistwayStore", "HoistwaySQLite", "HoistwayModel", "HoistwayPorts", "HoistwayTestKit",
                "HoistwayTestServers", logging,
            ],
            exclude: ["Fixtures"]
        ),
        tests(
            "HoistwayRegistryTests",
            [
                "HoistwayRegistry", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayTestKit",
                "HoistwayTestServers", "Czlib", nio, posix, http1,
            ]
        ),
        tests(
            "HoistwayNotifyTests",
            ["HoistwayNotify", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayTestServers"]
        ),
        tests(
            "HoistwayKubernetesTests",
            ["HoistwayKubernetes", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayTestServers"]
        ),
        tests(
            "HoistwayArgoCDTests",
            [
                "HoistwayArgoCD", "HoistwayKubernetes", "HoistwayModel", "HoistwayPorts", "HoistwayTestKit",
                "HoistwayTestServers", logging,
            ]
        ),
        tests(
            "HoistwayForgeTests",
            [
                "HoistwayForge", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayTestKit",
                "HoistwayTestServers", http1,
            ]
        ),
        tests(
            "HoistwayRequestsTests",
            [
                "HoistwayRequests", "HoistwaySteps", "HoistwayNotify", "HoistwayExpressions", "HoistwayModel",
                "HoistwayPorts", "HoistwayCrypto", "HoistwayTestKit", "HoistwayTestServers", nio,
            ]
        ),
        tests(
            "HoistwayProgramsTests",
            ["HoistwayPrograms", "HoistwayModel", "HoistwayPorts", "HoistwayEdits", "HoistwayTestServers"]
        ),
        tests(
            "HoistwayReceiverTests",
            [
                "HoistwayReceiver", "HoistwayModel", "HoistwayPorts", "HoistwayTestServers", nio, posix, tls, logging,
                lifecycle,
            ]
        ),
        tests(
            "HoistwayConsoleTests",
            [
                "HoistwayConsole", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayTestKit",
                "HoistwayTestServers", client, nio, posix, http1, logging, lifecycle, metrics,
            ]
        ),
        tests(
            "HoistwayWebTests",
            [
                "HoistwayLayout",
                "HoistwayWeb", "HoistwayConsole", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto", "HoistwayStore",
                "HoistwayTestServers", "HoistwayTestBrowser", client, nio, http1, logging, lifecycle, hummingbird,
            ]
        ),
        tests(
            "HoistwayCommandsTests",
            [
                "HoistwayCommands", "HoistwayConsole", "HoistwayModel", "HoistwayPorts", "HoistwayCrypto",
                "HoistwaySettings",
                "HoistwaySteps", "HoistwayTestKit", "HoistwayTestServers", "HoistwayTestBrowser", "hoistway",
                "HoistwayCrash",
                arguments,
                client, nio, http1,
                logging,
            ]
        ),
        tests(
            "DeploymentTests",
            [
                "HoistwaySettings", "HoistwaySteps", "HoistwayEdits", "HoistwayModel", "HoistwayTestServers",
                "HoistwayTestKit",
            ]
        ),
    ],
    cxxLanguageStandard: .cxx17
)

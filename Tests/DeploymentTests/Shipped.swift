import Foundation
import HoistwayModel
import HoistwaySettings
import HoistwaySteps
import HoistwayTestServers

/// The files that are shipped for running Hoistway.
enum Shipped {
    /// The root of the package.
    static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(package)/\(path)", encoding: .utf8)
    }

    /// What a configuration says where the named credentials exist, and the environment has nothing else.
    static func load(_ path: String, credentials: [String]) throws -> (LoadedSettings?, [Problem]) {
        let folder = try TemporaryFolder("hoistway-credentials")
        defer { folder.remove() }
        for name in credentials { try folder.write("secret of \(name)\n", to: name) }
        return Settings.load(
            path: path,
            environment: ["CREDENTIALS_DIRECTORY": folder.path],
            schemas: StepRegistry.schemas
        )
    }

    /// The words that follow each `NAME=` of a unit.
    static func values(_ name: String, in unit: String) -> [String] {
        unit.split(separator: "\n").filter { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}

import Foundation
import HoistwayModel
import HoistwaySteps
import Testing

@testable import HoistwaySettings

/// A folder with a configuration and manifests, gone when the test ends.
final class Sandbox {
    let folder: String

    /// `files`: paths inside the folder to texts.
    init(_ files: [String: String]) throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("hoistway-\(UUID().uuidString)")
        folder = base.path
        for (name, text) in files {
            let url = base.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
    }

    deinit {
        // Nothing depends on the folder being gone.
        try? FileManager.default.removeItem(atPath: folder)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }

    func load(_ environment: [String: String] = [:]) -> (LoadedSettings?, [Problem]) {
        let loaded = Settings.load(path: "\(folder)/hoistway.yaml", environment: environment)
        // T16: whatever is wrong is said in words.
        for problem in loaded.1 {
            let text = [problem.message, problem.hint ?? ""].joined(separator: " ")
            #expect(text.contains(" ") && PlainError.libraryNames(in: text).isEmpty, "\(text)")
        }
        return loaded
    }
}

/// A configuration that names its manifests and nothing else.
let plainConfiguration = """
    manifests: [pipelines/*.yaml]
    manifestVariables: [GITOPS_REPO_URL, {name: TOKEN, secret: true}]
    """

/// Problems of manifests under the plain configuration; `more` is added to it.
func problems(
    of manifest: String,
    more: String = "",
    environment: [String: String] = ["GITOPS_REPO_URL": "https://git.example.com/acme/deploy", "TOKEN": "s3cr3t"]
) throws -> [Problem] {
    try load(manifest, more: more, environment: environment).1
}

func load(
    _ manifest: String,
    more: String = "",
    environment: [String: String] = ["GITOPS_REPO_URL": "https://git.example.com/acme/deploy", "TOKEN": "s3cr3t"]
) throws -> (LoadedSettings?, [Problem]) {
    let files = ["hoistway.yaml": plainConfiguration + "\n" + more, "pipelines/demo.yaml": manifest]
    return try Sandbox(files).load(environment)
}

/// The folder of shared facts beside the package, where there is one.
enum Shared {
    static let folder: String? = {
        let package = URL(fileURLWithPath: packageFolder)
        let beside = package.deletingLastPathComponent().appendingPathComponent("shared").path
        let candidates = [ProcessInfo.processInfo.environment["HOISTWAY_SHARED"], beside].compactMap(\.self)
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/seed-demo") }
    }()

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(folder ?? "")/\(path)", encoding: .utf8)
    }
}

/// The root of the package.
let packageFolder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

extension Settings {
    /// With the steps that this program runs.
    static func load(path: String, environment: [String: String]) -> (LoadedSettings?, [Problem]) {
        load(path: path, environment: environment, schemas: StepRegistry.schemas)
    }
}

extension ReadConfiguration {
    /// With the steps that this program runs.
    func loaded(with versions: [ManifestVersion]) -> (LoadedSettings?, [Problem]) {
        loaded(with: versions, schemas: StepRegistry.schemas)
    }
}

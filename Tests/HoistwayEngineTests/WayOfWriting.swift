import HoistwayModel
import HoistwayPorts
import HoistwayTestKit

@testable import HoistwayEngine

/// A way in which a promotion can write: which steps bring the change to which ref, and which step makes it.
struct WayOfWriting: Sendable, CustomStringConvertible {
    enum Way: String, CaseIterable {
        /// Edits the branch that it pushes.
        case inPlace
        /// Copies over a branch.
        case copy
        /// Clears a branch, and copies.
        case rendered
        /// Clears a branch, and lets kustomize make its manifests.
        case built
        /// Clears a branch, and lets Helm make its manifests outside of the checkouts.
        case charted
        /// Edits `main`, and pushes to a branch that exists.
        case target
        /// Edits `main`, and pushes to a branch that does not exist.
        case newTarget
        case generated
        case tag
    }

    enum Edit: String, CaseIterable {
        case kustomize, yaml, json, helm
    }

    static let app = "ghcr.io/acme/app"
    static let other = "ghcr.io/acme/other"

    static let all: [WayOfWriting] = Way.allCases.flatMap { way -> [WayOfWriting] in
        let edits: [Edit] = way == .built || way == .charted ? [.kustomize] : Edit.allCases
        return edits.map { WayOfWriting(way: way, edit: $0) }
    }

    var way: Way
    var edit: Edit

    var description: String { "\(way), \(edit)" }

    /// Whether a branch gets files from elsewhere, so that more may change than the images that are set.
    var isCopied: Bool { [.copy, .rendered, .built, .charted].contains(way) }

    /// The branch whose content counts; `nil`: a new ref in each promotion.
    var branch: String? {
        switch way {
        case .inPlace: "main"
        case .copy, .rendered, .built, .charted, .target: "stage/test"
        case .newTarget, .generated, .tag: nil
        }
    }

    // MARK: Files

    /// Where the steps find the version on `main`.
    var source: String {
        switch edit {
        case .kustomize: "envs/test/kustomization.yaml"
        case .yaml, .helm: "envs/test/values.yaml"
        case .json: "envs/test/values.json"
        }
    }

    /// Where the version stands on the branch.
    var file: String { way == .built || way == .charted ? "app.yaml" : source }

    func source(_ tag: String, other: String = "1.0.0") -> String {
        switch edit {
        case .kustomize:
            "images:\n  - name: \(Self.app)\n    newTag: \(tag) # ours\n  - name: \(Self.other)\n    newTag: \(other)\n"
        case .yaml: "app:\n  tag: v\(tag) # ours\nother:\n  tag: v\(other)\n"
        case .helm: "app:\n  tag: \(Self.app):\(tag) # ours\nother:\n  tag: \(Self.other):\(other)\n"
        case .json: "{\n  \"app\": {\"tag\": \"v\(tag)\"},\n  \"other\": {\"tag\": \"v\(other)\"}\n}\n"
        }
    }

    func content(_ tag: String, other: String = "1.0.0") -> String {
        file == source ? source(tag, other: other) : Self.manifest([(Self.app, tag), (Self.other, other)])
    }

    /// The same with a change of somebody else's, in another line.
    func changed(_ content: String) -> String {
        edit == .json ? "{\n  \"theirs\": true," + content.dropFirst() : content + "# theirs\n"
    }

    static func manifest(_ images: [(name: String, tag: String)]) -> String {
        let containers = images.map { name, tag in
            "        - name: \(name.split(separator: "/").last ?? "")\n          image: \(name):\(tag)\n"
        }
        return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    spec:\n"
            + "      containers:\n" + containers.joined()
    }

    // MARK: Steps

    /// - Parameter image: the one that is set.
    func steps(_ remote: String, image: String = app) -> [StepTemplate] {
        EngineHarness.templates(way == .inPlace || !isCopied ? inPlace(remote, image) : copying(remote, image))
    }

    private func change(below folder: String, _ image: String) -> (String, [String: ConfigValue]) {
        let path = ConfigValue.string("\(folder)/\(source)")
        let key = ConfigValue.string(image == Self.app ? "app.tag" : "other.tag")
        switch edit {
        case .kustomize:
            return (
                "kustomize-set-image",
                [
                    "path": .string("\(folder)/envs/test"),
                    "images": .list([.map(["image": .string(image)])]),
                ]
            )
        case .yaml, .json:
            let value = ConfigValue.string("v${{ imageFrom('\(image)').Tag }}")
            return ("\(edit)-update", ["path": path, "updates": .list([.map(["key": key, "value": value])])])
        case .helm:
            let item: [String: ConfigValue] = ["image": .string(image), "key": key, "value": .string("ImageAndTag")]
            return ("helm-update-image", ["path": path, "images": .list([.map(item)])])
        }
    }

    private func inPlace(_ remote: String, _ image: String) -> [(String, [String: ConfigValue])] {
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
        var push: [String: ConfigValue] = ["path": .string("./repo")]
        switch way {
        case .target: push["targetBranch"] = .string("stage/test")
        case .newTarget: push["targetBranch"] = .string("env/${{ ctx.promotion }}")
        case .generated: push["generateTargetBranch"] = .bool(true)
        case .tag: push["tag"] = .string("v1")
        case .inPlace, .copy, .rendered, .built, .charted: break
        }
        var steps: [(String, [String: ConfigValue])] = [
            ("git-clone", ["repoURL": .string(remote), "checkout": .list([checkout])]),
            change(below: "./repo", image),
            ("git-commit", ["path": .string("./repo")]),
        ]
        if way == .tag {
            steps.append(
                ("git-tag", ["path": .string("./repo"), "tag": .string("v1"), "message": .string("release")])
            )
        }
        return steps + [("git-push", push)]
    }

    private func copying(_ remote: String, _ image: String) -> [(String, [String: ConfigValue])] {
        let source = ConfigValue.map(["branch": .string("main"), "path": .string("./src")])
        let target = ConfigValue.map([
            "branch": .string("stage/test"), "create": .bool(true), "path": .string("./out"),
        ])
        var steps: [(String, [String: ConfigValue])] = [
            ("git-clone", ["repoURL": .string(remote), "checkout": .list([source, target])])
        ]
        if way != .copy { steps.append(("git-clear", ["path": .string("./out")])) }
        let folder = ConfigValue.string("./src/envs/test")
        switch way {
        case .built:
            steps.append(change(below: "./src", image))
            steps.append(("kustomize-build", ["path": folder, "outPath": .string("./out/app.yaml")]))
        case .charted:
            let value = ConfigValue.map([
                "key": .string(image), "value": .string("${{ imageFrom('\(image)').Tag }}"),
            ])
            steps.append(
                (
                    "helm-template",
                    [
                        "path": folder, "outPath": .string("./tmp/app.yaml"), "releaseName": .string("app"),
                        "setValues": .list([value]),
                    ]
                )
            )
            steps.append(("copy", ["inPath": .string("./tmp/app.yaml"), "outPath": .string("./out/app.yaml")]))
        default:
            steps.append(change(below: "./src", image))
            steps.append(("copy", ["inPath": .string("./src"), "outPath": .string("./out")]))
        }
        return steps + [("git-commit", ["path": .string("./out")]), ("git-push", ["path": .string("./out")])]
    }
}

/// Makes one Deployment with a container for each image of a folder's kustomization, and for each value that is set.
struct ManifestMaker: ManifestRenderer {
    let limits = ProgramLimits()

    func build(_ build: KustomizeBuild, from files: any SourceFiles) async throws(RenderFailure) -> RenderedManifests {
        made(try await images(in: build.folder, files), at: build.outPath)
    }

    func template(
        _ template: HelmTemplate,
        from files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        var images = try await images(in: template.chart, files)
        for index in images.indices {
            if let value = template.values.first(where: { $0.key == images[index].name }) {
                images[index].tag = value.value
            }
        }
        return made(images, at: template.outPath)
    }

    private func images(
        in folder: GitPath,
        _ files: any SourceFiles
    ) async throws(RenderFailure) -> [(name: String, tag: String)] {
        let content: [UInt8]?
        do throws(WorkspaceFailure) {
            content = try await files.read(folder.appending("kustomization.yaml"))
        } catch {
            throw .workspace(error)
        }
        var images: [(name: String, tag: String)] = []
        for line in String(decoding: content ?? [], as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if let place = words.firstIndex(of: "name:") { images.append((words[place + 1], "")) }
            if words.first == "newTag:", !images.isEmpty { images[images.count - 1].tag = words[1] }
        }
        return images
    }

    private func made(_ images: [(name: String, tag: String)], at path: GitPath) -> RenderedManifests {
        RenderedManifests(
            files: [ProgramFile(path, Array(WayOfWriting.manifest(images).utf8))],
            program: "maker 1.0.0",
            inputs: [],
            words: ""
        )
    }
}

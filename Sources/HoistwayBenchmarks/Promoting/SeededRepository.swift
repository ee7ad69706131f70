import Foundation
import HoistwayTestServers

/// A bare repository with many files; promotions edit one of them, or one in the folder of each stage or service.
struct SeededRepository: Sendable {
    enum Layout: String {
        /// 256 entries in a folder, two folders deep.
        case nested
        /// Three folders, for any number of files.
        case wide
    }

    static let image = "127.0.0.1:1/acme/app"
    /// The branches of Hoistway and of the git program: so neither has to fetch the other's commits.
    static let branch = "main"
    static let baselineBranch = "baseline"

    let fixture: GitRepositoryFixture
    let name: String
    let files: Int
    /// The folder of the kustomization that is edited.
    let folder: String
    let branches: [String]
    let stageFolders: [String]
    let services: [Service]

    /// A folder whose kustomization has an image of its own.
    struct Service: Sendable {
        var folder: String
        var image: String
    }

    /// `stages`: the number of further branches, and of folders `envs/<n>`; `services`: the number of folders
    /// `services/<n>`.
    static func seed(
        _ name: String,
        in root: String,
        files: Int,
        layout: Layout,
        stages: Int = 0,
        services: Int = 0
    ) async throws -> SeededRepository {
        let numbers = (0..<stages).map { String($0) }
        let repository = SeededRepository(
            fixture: try await GitRepositoryFixture.bare(at: "\(root)/\(name).git"),
            name: "\(name).git",
            files: files,
            folder: layout == .nested ? "t0/d0" : "w0",
            branches: numbers.map { "env-\($0)" },
            stageFolders: numbers.map { "envs/\($0)" },
            services: (0..<services).map { Service(folder: "services/\($0)", image: "\(image)-\($0)") }
        )
        try await repository.fixture.git(["fast-import", "--quiet", "--done"], input: repository.stream(layout))
        return repository
    }

    private func stream(_ layout: Layout) -> [UInt8] {
        var random = SplitMix64(seed: UInt64(files))
        var text = "commit refs/heads/\(Self.branch)\ncommitter Ada <ada@example.com> 1700000000 +0000\n"
        text += "data 4\nSeed\n"
        let kustomizations = ([folder] + stageFolders).map { ($0, Self.image) } + services.map { ($0.folder, $0.image) }
        for (folder, image) in kustomizations {
            Self.add(Self.kustomization(image), at: "\(folder)/kustomization.yaml", to: &text)
            Self.add(Self.deployment(image), at: "\(folder)/deployment.yaml", to: &text)
            Self.add("image:\n  tag: 1.0.0   # keep this comment\n", at: "\(folder)/values.yaml", to: &text)
        }
        for number in 0..<(files - 3 * kustomizations.count) {
            var content = "kind: ConfigMap\nnumber: \(number)\n"
            for _ in 0..<16 { content += "value: \(String(random.next(), radix: 16))\n" }
            Self.add(content, at: path(number, layout), to: &text)
        }
        for branch in [Self.baselineBranch] + branches {
            text += "reset refs/heads/\(branch)\nfrom refs/heads/\(Self.branch)\n\n"
        }
        return Array((text + "done\n").utf8)
    }

    private func path(_ number: Int, _ layout: Layout) -> String {
        switch layout {
        case .nested: "t\(number / 65_536)/d\(number / 256 % 256)/f\(number % 256).yaml"
        case .wide: "w\(number % 3)/file-\(number).yaml"
        }
    }

    private static func add(_ content: String, at path: String, to text: inout String) {
        text += "M 100644 inline \(path)\ndata \(content.utf8.count)\n\(content)\n"
    }

    private static func kustomization(_ image: String) -> String {
        """
        # What runs where; the tag below is set by a machine.
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
          - deployment.yaml
        images:
          - name: \(image)
            newTag: 1.0.0   # keep this comment

        """
    }

    private static func deployment(_ image: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: app}
        spec:
          template:
            spec:
              containers:
                - {name: app, image: "\(image)"}

        """
    }

    /// A branch at the first commit, without promotions; gives its name.
    func newBranch(_ name: String) async throws -> String {
        let seed = try await fixture.git("rev-list", "--max-parents=0", Self.branch)
        try await fixture.git("update-ref", "refs/heads/\(name)", seed)
        return name
    }

    /// How many kustomizations below a folder hold the version, at a commit or on a branch.
    func written(version: Int, below folder: String, at commit: String) async throws -> Int {
        let result = try await TestProgram.run(
            "git",
            ["grep", "-l", "-F", "newTag: 1.0.\(version) ", commit, "--", folder],
            in: fixture.path
        )
        return result.text.split(separator: "\n").count
    }

    /// The id of a branch's tree.
    func tree(of branch: String) async throws -> String { try await fixture.git("rev-parse", "\(branch)^{tree}") }

    /// The head of a branch, read from the repository's own file; `nil` where the file does not exist.
    func head(of branch: String) -> [UInt8]? {
        let handle = open("\(fixture.path)/refs/heads/\(branch)", O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return nil }
        defer { close(handle) }
        var bytes = [UInt8](repeating: 0, count: 40)
        return read(handle, &bytes, 40) == 40 ? bytes : nil
    }
}

import Glibc
import HoistwayEdits
import HoistwayModel
import HoistwaySettings
import HoistwaySteps

extension FuzzTarget {
    /// Kustomizations whose images are set.
    static let kustomizations = FuzzTarget(
        name: "kustomizations",
        seeds: [
            """
            # a comment
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources:
              - ../../base
            images:
              - name: ghcr.io/acme/app   # the service
                newTag: 1.0.0
              - name: sidecar
                newName: mirror/sidecar
                digest: sha256:aaaa
            """,
            "images: [{name: ghcr.io/acme/app, newTag: \"1.10\"}, {name: other, newName: x}]\nkind: Kustomization\n",
            "kind: Kustomization\nimages:\n- name: &a ghcr.io/acme/app\n  newTag: 'v1'\n- name: *a\n",
            "images:\n- newTag: |\n    1\n  name: ghcr.io/acme/app\npatches: []\n...\n",
            "\u{FEFF}images: !!seq\n  - {\"name\": \"ghcr.io/acme/app\", ? newTag : 1}\n",
        ].map { Array($0.utf8) },
        words: [
            "images:", "- name: ", "newName: ", "newTag: ", "digest: ", "tagSuffix: ", "ghcr.io/acme/app", "&a ", "*a",
            "<<: ", "!!str ", "? ", "---\n", "...\n", "%YAML 1.1\n", "|-\n", ">+\n", "{", "}", "[", "]", "#", "\t",
            "\"\\x",
        ],
        run: { input in
            let targets = [
                ImageTarget(name: "ghcr.io/acme/app", newName: .keep, tag: .value("1.2.3"), digest: .none),
                ImageTarget(name: "new", newName: .value("registry.example.com/new"), tag: .value("1.10")),
            ]
            guard let edit = try? KustomizationEditor.setImages(document: input, targets: targets) else { return }
            guard let again = try? KustomizationEditor.setImages(document: edit.bytes, targets: targets) else {
                fatalError("broken promise: a written kustomization can be read again")
            }
            promise(!again.changed, "the same images are set already")
        }
    )

    /// Kargo's manifests and Secrets, as in a pipelines file.
    static let manifests = FuzzTarget(
        name: "manifests",
        seeds: [
            """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Project
            metadata: {name: shop}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata: {name: app, namespace: shop}
            spec:
              subscriptions:
                - image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}
                - git: {repoURL: "https://github.com/acme/app.git", branch: main, includePaths: ["glob:a/**"]}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: {name: test, namespace: shop}
            spec:
              requestedFreight: [{origin: {kind: Warehouse, name: app}, sources: {direct: true}}]
              promotionTemplate:
                spec:
                  steps:
                    - uses: git-clone
                      config: {repoURL: "https://github.com/acme/app.git", checkout: [{branch: main, path: ./src}]}
                    - uses: kustomize-set-image
                      config: {path: ./src, images: [{image: ghcr.io/acme/app}]}
                    - {uses: git-commit, config: {path: ./src, message: "${{ ctx.stage }}"}}
                    - {uses: git-push, config: {path: ./src}}
            """,
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: s, namespace: shop, labels: {kargo.akuity.io/cred-type: git}}
            stringData: {repoURL: "https://github.com/acme/app.git", username: u, password: "${TOKEN}"}
            data: {a: "YQ=="}
            """,
        ].map { Array($0.utf8) },
        words: [
            "kind: Stage", "kind: ProjectConfig", "promotionPolicies:", "steps:", "uses: ", "config: ", "${{", "}}",
            "${",
            "---\n", "\u{FEFF}", "&a ", "*a", "!!binary ", "namespace: ", "{{ .Values.x }}", "checkout:", "~", "\t",
        ],
        run: { input in ManifestFile.shared.check(input) }
    )
}

/// A configuration with one manifest file, which is the input.
private struct ManifestFile: Sendable {
    static let shared = ManifestFile()

    private let folder: String

    private init() {
        folder = "/tmp/hoistway-fuzz-\(getpid())"
        mkdir(folder, 0o700)
        put(
            Array(
                "webhooks: {listen: \"127.0.0.1:1\"}\nmanifests: [pipelines.yaml]\nmanifestVariables: [TOKEN]\n".utf8
            ),
            into: "hoistway.yaml"
        )
        // The child of a run ends by `exit`.
        atexit {
            unlink("/tmp/hoistway-fuzz-\(getpid())/hoistway.yaml")
            unlink("/tmp/hoistway-fuzz-\(getpid())/pipelines.yaml")
            rmdir("/tmp/hoistway-fuzz-\(getpid())")
        }
    }

    private func put(_ bytes: [UInt8], into name: String) {
        guard let file = fopen("\(folder)/\(name)", "wb") else { fatalError("\(folder)/\(name) cannot be written") }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func check(_ input: [UInt8]) {
        put(input, into: "pipelines.yaml")
        let (loaded, problems) = Settings.load(
            path: "\(folder)/hoistway.yaml",
            environment: ["TOKEN": "x"],
            schemas: StepRegistry.schemas
        )
        promise(
            loaded != nil || problems.contains { $0.severity == .error },
            "a configuration that does not load has an error"
        )
        for problem in problems { promise(!problem.message.isEmpty, "a problem says what is wrong") }
    }
}

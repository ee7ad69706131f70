import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// Kargo 0.7's and 0.8's promotion mechanisms as steps.
struct LegacyMechanismsTests {
    private static let image = "public.ecr.aws/nginx/nginx"

    private func mechanisms(
        readBranch: String? = nil,
        writeBranch: String = "stage/prod",
        images: [GitRepoUpdate.KustomizeImage] = [.init(image: image, path: "stages/prod", useDigest: false)]
    ) -> PromotionMechanisms {
        PromotionMechanisms(
            gitRepoUpdates: [
                GitRepoUpdate(
                    repoURL: Bench.url,
                    readBranch: readBranch,
                    writeBranch: writeBranch,
                    images: images,
                    place: Bench.place
                )
            ],
            argoCDAppUpdates: [ArgoCDAppUpdate(appName: "demo-prod", appNamespace: "argocd", place: Bench.place)],
            place: Bench.place
        )
    }

    private func stage(_ mechanisms: PromotionMechanisms) -> Stage {
        Stage(
            key: StageKey(project: "demo", name: "prod"),
            requestedFreight: [FreightRequest(warehouse: "shop", direct: true)],
            promotion: .mechanisms(mechanisms),
            missingArgoCD: .skip,
            place: Bench.place
        )
    }

    @Test func `a stage of the demo writes its branch as a full copy with its image set`() async throws {
        var bench = Bench()
        bench.freight = Bench.freight([Bench.image(Self.image, "1.26.2")])
        let files = [
            "base/kustomization.yaml": "resources: [a.yaml]\n",
            "stages/prod/kustomization.yaml": "resources:\n- ../../base\n",
        ]
        try await bench.remote.seed(files: files)
        let steps = stage(mechanisms()).steps(for: bench.freight)
        #expect(
            steps.map(\.uses)
                == ["git-clone", "kustomize-set-image", "git-clear", "copy", "git-commit", "git-push", "argocd-update"]
        )
        #expect(steps.map(\.alias) == (1...7).map { "step-\($0)" })
        #expect(steps.allSatisfy { StepRegistry.problem(with: $0) == nil })
        var run = bench.run(steps)
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(
            run.records.last?.message
                == "no cluster is configured, and argocd.whenMissing is skip; the Application demo-prod was not updated"
        )
        var expected = files
        expected["stages/prod/kustomization.yaml"] =
            "resources:\n- ../../base\nimages:\n- name: \(Self.image)\n  newTag: 1.26.2\n"
        #expect(try await bench.remote.files(branch: "stage/prod") == expected)
        #expect(try await bench.remote.files(branch: "main") == files)
        let head = try #require(bench.remote.head("stage/prod"))
        let record = try await bench.remote.commit(head)
        #expect(record.parents.isEmpty)
        #expect(
            record.message.hasPrefix("updated stages/prod/kustomization.yaml to use image \(Self.image):1.26.2\n\n")
        )
        #expect(record.message.contains("\nHoistway-Stage: demo/prod\n"))
    }

    @Test func `reading what is written edits in place`() {
        let steps = stage(mechanisms(readBranch: "main", writeBranch: "main")).steps(
            for: Bench.freight([Bench.image(Self.image, "1")])
        )
        #expect(steps.map(\.uses) == ["git-clone", "kustomize-set-image", "git-commit", "git-push", "argocd-update"])
        #expect(steps[0].config["checkout"] == [["branch": "main", "path": "./src"]])
        #expect(steps[3].config["path"] == "./src")
    }

    @Test func `the freight's own commit is read, before any branch`() throws {
        let id = try #require(ObjectID(String(repeating: "ab", count: 20)))
        let freight = Bench.freight([
            Bench.image(Self.image, "1"), .commit(CommitArtifact(repoURL: "https://GIT.test/ops", id: id)),
        ])
        let steps = stage(mechanisms(readBranch: "main")).steps(for: freight)
        #expect(
            steps[0].config["checkout"] == [
                ["commit": .string(id.hex), "path": "./src"],
                ["branch": "stage/prod", "create": true, "path": "./out"],
            ]
        )
    }

    @Test func `images are grouped by folder, by digest where asked, and left out where the freight has none`() {
        let freight = Bench.freight([Bench.image("r/a", "1"), Bench.image("r/b", "2")])
        let images: [GitRepoUpdate.KustomizeImage] = [
            .init(image: "r/a", path: "x", useDigest: false), .init(image: "r/gone", path: "x", useDigest: false),
            .init(image: "r/b", path: "y", useDigest: true), .init(image: "r/b", path: "x", useDigest: false),
        ]
        let steps = stage(mechanisms(images: images)).steps(for: freight)
        let set = steps.filter { $0.uses == "kustomize-set-image" }.map(\.config)
        #expect(
            set == [
                ["path": "./src/x", "images": [["image": "r/a", "tag": "1"], ["image": "r/b", "tag": "2"]]],
                ["path": "./src/y", "images": [["image": "r/b", "digest": .string(Bench.digest)]]],
            ]
        )
        #expect(
            steps.first { $0.uses == "git-commit" }?.config["message"]?.string == """
                Kargo applied multiple changes

                Including:
                  * updated x/kustomization.yaml to use image r/a:1
                  * updated y/kustomization.yaml to use image r/b@\(Bench.digest)
                  * updated x/kustomization.yaml to use image r/b:2
                """
        )
    }

    @Test func `several updates work in folders of their own, plain copies first`() {
        var both = mechanisms()
        both.gitRepoUpdates.append(
            GitRepoUpdate(repoURL: "https://git.test/b.git", writeBranch: "copy", images: [], place: Bench.place)
        )
        let steps = stage(both).steps(for: Bench.freight([Bench.image(Self.image, "1")]))
        let clones = steps.filter { $0.uses == "git-clone" }.map { $0.config["repoURL"] }
        #expect(clones == ["https://git.test/b.git", .string(Bench.url)])
        #expect(steps.filter { $0.uses == "git-push" }.map { $0.config["path"] } == ["./out", "./out-2"])
        #expect(steps.first { $0.uses == "git-commit" }?.config["message"] == "Kargo applied some changes")
    }
}

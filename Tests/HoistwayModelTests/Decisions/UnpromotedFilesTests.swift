import HoistwayModel
import Testing

struct UnpromotedFilesTests {
    private func warning(_ changed: [GitPath], deleted: [GitPath] = []) -> String? {
        UnpromotedFiles.warning(
            changed: changed,
            deleted: deleted,
            edited: ["prod/kustomization.yaml", "prod/Kustomization"],
            branch: "stage/prod"
        )
    }

    @Test func `the files that the images are set in are what is promoted`() {
        #expect(warning([]) == nil)
        #expect(warning(["prod/kustomization.yaml"]) == nil)
    }

    @Test func `any other file is named, deleted ones too, and many are counted`() {
        #expect(
            warning(["prod/kustomization.yaml", "base/deployment.yaml"])
                == "besides images, a file of stage/prod changes (base/deployment.yaml): "
                + "no freight contains such changes, but they are pushed too"
        )
        #expect(
            warning(["a"], deleted: ["b"])?.contains("2 files of stage/prod change (a and b): no freight")
                == true
        )
        let many = warning((1...6).map { GitPath("f\($0)") })
        #expect(many?.contains("6 files of stage/prod change") == true)
        #expect(many?.contains("(f1, f2, f3 and 3 more)") == true)
    }

    @Test func `a list is written as people write it`() {
        #expect(Listing.text([]) == "")
        #expect(Listing.text(["a"]) == "a")
        #expect(Listing.text(["a", "b"]) == "a and b")
        #expect(Listing.text(["a", "b", "c"]) == "a, b and c")
        #expect(Listing.text(["a", "b", "c", "d"]) == "a, b, c and 1 more")
        #expect(Listing.text(["a", "b"], limit: 1) == "a and 1 more")
    }

    @Test func `a promotion keeps each warning once, and not without end`() {
        var record = PromotionRecord(
            id: PromotionID("prod.1.a"),
            stage: StageKey(project: "shop", name: "prod"),
            freight: FreightID("a"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 0)
        )
        record.warn(["b", "a", "b"])
        #expect(record.warnings == ["b", "a"])
        record.warn((1...99).map(String.init))
        #expect(record.warnings?.count == PromotionRecord.maxWarnings)
        record.warn([])
        #expect(record.warnings == nil)
    }
}

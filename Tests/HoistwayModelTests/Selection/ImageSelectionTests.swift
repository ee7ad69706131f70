import HoistwayModel
import HoistwayPatterns
import Testing

struct ImageSelectionTests {
    let patterns = Patterns()

    func subscription(
        _ strategy: ImageSubscription.Strategy,
        constraint: String? = nil,
        strict: Bool = true,
        tags: TagRules = TagRules()
    ) -> ImageSubscription {
        ImageSubscription(
            repoURL: "registry.example.com/shop/checkout",
            key: ImageKey(normalised: "registry.example.com/shop/checkout"),
            strategy: strategy,
            constraint: constraint,
            strictSemvers: strict,
            tags: tags,
            place: SourcePlace(file: "test.yaml", line: 1)
        )
    }

    func image(_ tag: String, _ digest: String = "sha256:a", at seconds: Int64? = nil) -> ImageArtifact {
        ImageArtifact(repoURL: "r", tag: tag, digest: digest, createdAt: seconds.map { Timestamp(seconds: $0) })
    }

    @Test(arguments: [
        ("1.2", "tag 1.2 is not strict semver (three numbers)"), ("latest", "tag latest is not a semantic version"),
        ("2.0.0", "tag 2.0.0 is outside constraint ^1.0.0"),
        ("1.1.0-rc.1", "tag 1.1.0-rc.1 is a prerelease, and constraint ^1.0.0 names none"),
    ])
    func `what does not fit is told why`(_ tag: String, _ reason: String) {
        let verdict = ImageSelection.verdict(
            on: tag,
            for: subscription(.semVer, constraint: "^1.0.0"),
            matcher: patterns
        )
        #expect(verdict == .rejected(reason))
    }

    @Test func `versions fit by strictness and constraint`() {
        func fits(_ tag: String, _ subscription: ImageSubscription) -> Bool {
            ImageSelection.verdict(on: tag, for: subscription, matcher: patterns).isEligible
        }
        #expect(fits("v1.2.3", subscription(.semVer)))
        #expect(fits("1.2.3-rc.1", subscription(.semVer)))
        #expect(fits("1.2.3-rc.1", subscription(.semVer, constraint: "")))
        #expect(fits("1.2", subscription(.semVer, strict: false)))
        #expect(!fits("1.2.3", subscription(.semVer, constraint: "nonsense")))
        #expect(fits("anything", subscription(.lexical)))
        #expect(fits("main", subscription(.digest, constraint: "main")))
        #expect(!fits("dev", subscription(.digest, constraint: "main")))
        #expect(!fits("dev", subscription(.digest)))
        let signature = "sha256-" + String(repeating: "0", count: 64) + ".sig"
        #expect(!fits(signature, subscription(.newestBuild)))
    }

    @Test func `tag rules ignore first and then allow`() {
        let rules = TagRules(allow: ["^v?1\\.", "^nightly-"], ignore: ["-rc"], ignoreExact: ["1.0.0"])
        #expect(TagFilter.admits("1.2.0", rules: rules, matcher: patterns))
        #expect(TagFilter.admits("nightly-3", rules: rules, matcher: patterns))
        #expect(!TagFilter.admits("1.2.0-rc1", rules: rules, matcher: patterns))
        #expect(!TagFilter.admits("1.0.0", rules: rules, matcher: patterns))
        #expect(!TagFilter.admits("2.0.0", rules: rules, matcher: patterns))
        #expect(TagFilter.admits("2.0.0", rules: TagRules(), matcher: patterns))
    }

    @Test func `each strategy has its order`() {
        let semVer = subscription(.semVer)
        #expect(ImageSelection.compare(image("1.10.0"), to: image("1.9.0"), for: semVer) == .newer)
        #expect(ImageSelection.compare(image("1.9.0"), to: image("1.10.0"), for: semVer) == .older)
        #expect(ImageSelection.compare(image("1.9.0-rc"), to: image("1.9.0"), for: semVer) == .older)
        #expect(ImageSelection.compare(image("1.9.0"), to: image("latest"), for: semVer) == .newer)
        let loose = subscription(.semVer, strict: false)
        #expect(ImageSelection.compare(image("1.0.0"), to: image("1.0"), for: loose) == .newer)
        let lexical = subscription(.lexical)
        #expect(ImageSelection.compare(image("b"), to: image("a9"), for: lexical) == .newer)
        #expect(ImageSelection.compare(image("1.10.0"), to: image("1.9.0"), for: lexical) == .older)
        let builds = subscription(.newestBuild)
        #expect(ImageSelection.compare(image("a", at: 2), to: image("b", at: 1), for: builds) == .newer)
        #expect(ImageSelection.compare(image("b", at: 2), to: image("a", at: 2), for: builds) == .newer)
        #expect(ImageSelection.compare(image("b"), to: image("a", at: 2), for: builds) == .older)
    }

    @Test func `the same image again is no news, and a moved tag is, whatever its time`() {
        for strategy in [ImageSubscription.Strategy.semVer, .lexical, .newestBuild, .digest] {
            let wanted = subscription(strategy, constraint: "1.0.0")
            let current = image("1.0.0", "sha256:a", at: 10)
            #expect(ImageSelection.compare(image("1.0.0", "sha256:a", at: 99), to: current, for: wanted) == .same)
            #expect(ImageSelection.compare(image("1.0.0", "sha256:b", at: 11), to: current, for: wanted) == .newer)
            #expect(ImageSelection.compare(image("1.0.0", "sha256:b", at: 9), to: current, for: wanted) == .newer)
            #expect(ImageSelection.compare(image("1.0.0", "sha256:b"), to: current, for: wanted) == .newer)
        }
    }

    @Test func `a branch's tag is a baseline where tags tell`() {
        #expect(ImageSelection.compare(tag: "1.2.0", toTag: "1.3.0", for: subscription(.semVer)) == .older)
        #expect(ImageSelection.compare(tag: "1.3.0", toTag: "1.3.0", for: subscription(.semVer)) == .same)
        #expect(ImageSelection.compare(tag: "1.2.0", toTag: "latest", for: subscription(.semVer)) == nil)
        #expect(ImageSelection.compare(tag: "b", toTag: "a", for: subscription(.newestBuild)) == nil)
    }

    @Test func `the newest of many is found, whatever their order`() {
        let images = ["1.0.0", "2.0.0-rc.1", "1.10.0", "v1.9.0"].map { image($0) }
        for order in [images, images.reversed()] {
            #expect(ImageSelection.newest(of: order, for: subscription(.semVer))?.tag == "2.0.0-rc.1")
        }
        #expect(ImageSelection.newest(of: [], for: subscription(.semVer)) == nil)
        let tags = ["1.0.0", "latest", "1.10.0", "v1.9.0", "3.0.0"]
        let fitting = ImageSelection.candidates(
            among: tags,
            for: subscription(.semVer, constraint: "1.x"),
            matcher: patterns
        )
        #expect(fitting == ["1.10.0", "v1.9.0", "1.0.0"])
    }
}

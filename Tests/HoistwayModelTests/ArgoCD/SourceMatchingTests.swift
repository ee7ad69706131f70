import HoistwayModel
import Testing

/// Which source of an Application an entry of `sources` means, and what it makes of it.
struct SourceMatchingTests {
    private static let url = "https://git.test/shop/deploy.git"

    @Test(arguments: [
        ("https://git.test/shop/deploy.git", "", "https://git.test/shop/deploy", "", true),
        ("https://GIT.test/Shop/Deploy", "", "https://git.test/shop/deploy.git", "", true),
        // Kargo does not match these: a listed difference.
        ("ssh://git@git.test/shop/deploy.git", "", "https://git.test/shop/deploy.git", "", true),
        ("git@git.test:shop/deploy.git", "", "https://git.test/shop/deploy.git", "", true),
        ("https://git.test/shop/other.git", "", "https://git.test/shop/deploy.git", "", false),
        // Charts letter for letter.
        ("https://charts.test", "api", "https://charts.test", "api", true),
        ("https://charts.test", "api", "https://charts.test/", "api", false),
        ("https://charts.test", "api", "https://charts.test", "web", false),
        ("https://charts.test", "", "https://charts.test", "api", false),
        ("oci://reg.test/charts", "api", "reg.test/charts", "api", false),
    ])
    func `repositories are compared by what they name, charts letter for letter`(
        url: String,
        chart: String,
        sourceURL: String,
        sourceChart: String,
        isIt: Bool
    ) {
        let source = ApplicationSource(repoURL: sourceURL, chart: sourceChart)
        #expect(SourceUpdate(repoURL: url, chart: chart).matches(source) == isIt)
    }

    @Test(arguments: [
        (KustomizeImageChoice(name: "reg.test/a", version: .tag("1")), "reg.test/a:1"),
        (KustomizeImageChoice(name: "reg.test/a", version: .digest("sha256:x")), "reg.test/a@sha256:x"),
        (KustomizeImageChoice(name: "a", newName: "reg.test/b", version: .tag("1")), "a=reg.test/b:1"),
        (KustomizeImageChoice(name: "a", newName: "reg.test/b", version: .digest("sha256:x")), "a=reg.test/b@sha256:x"),
        // Argo CD cuts a name at its first colon.
        (KustomizeImageChoice(name: "reg:5000/a", version: .tag("1")), "reg:5000/a=reg:5000/a:1"),
        (KustomizeImageChoice(name: "reg:5000/a", version: .digest("sha256:x")), "reg:5000/a=reg:5000/a@sha256:x"),
    ])
    func `images are written as Argo CD reads them`(choice: KustomizeImageChoice, text: String) {
        #expect(choice.text == text)
    }

    @Test
    func `an entry changes the first source that it matches, and its revision is expected of those that follow it`() {
        let update = SourceUpdate(
            repoURL: Self.url,
            desiredRevision: "abc",
            targetRevision: "abc",
            kustomizeImages: [KustomizeImageChoice(name: "a", version: .tag("2"))]
        )
        let matching = SourceMatching(
            [update],
            on: [
                ApplicationSource(repoURL: "https://charts.test", targetRevision: "1.0", chart: "api"),
                ApplicationSource(
                    repoURL: Self.url,
                    path: "a",
                    targetRevision: "main",
                    kustomizeImages: ["a:1", "b:1"]
                ),
                ApplicationSource(repoURL: Self.url, path: "b", targetRevision: "main"),
                ApplicationSource(repoURL: Self.url, path: "c", targetRevision: "values"),
            ]
        )
        #expect(matching.desiredRevisions == ["", "abc", "abc", ""])
        #expect(matching.changes == [.init(index: 1, targetRevision: "abc", kustomizeImages: ["a:2"])])
        #expect(matching.unmatched.isEmpty)
    }

    @Test func `of two entries for one source the first gives the revision, and both change it`() {
        let parameters: ([(String, String)]) -> [ApplicationSource.HelmParameter] = { pairs in
            pairs.map { ApplicationSource.HelmParameter(name: $0.0, value: $0.1) }
        }
        let matching = SourceMatching(
            [
                SourceUpdate(repoURL: Self.url, desiredRevision: "one", helmParameters: parameters([("tag", "2")])),
                SourceUpdate(
                    repoURL: Self.url,
                    desiredRevision: "two",
                    helmParameters: parameters([("tag", "3"), ("new", "x")])
                ),
            ],
            on: [
                ApplicationSource(
                    repoURL: Self.url,
                    helmParameters: [
                        .init(name: "first", value: "1"), .init(name: "tag", value: "1", forceString: true),
                    ]
                )
            ]
        )
        #expect(matching.desiredRevisions == ["one"])
        #expect(
            matching.changes == [
                .init(
                    index: 0,
                    helmParameters: [
                        .init(name: "first", value: "1"), .init(name: "tag", value: "3", forceString: true),
                        .init(name: "new", value: "x"),
                    ]
                )
            ]
        )
    }

    @Test func `an entry that matches nothing is named, unless it may miss`() {
        let sources = [ApplicationSource(repoURL: Self.url)]
        let missing = SourceUpdate(repoURL: "https://git.test/other")
        #expect(SourceMatching([missing], on: sources).unmatched == [missing])
        var lenient = missing
        lenient.mayMiss = true
        #expect(SourceMatching([lenient], on: sources).unmatched.isEmpty)
        // Nothing to change, nothing to expect.
        #expect(SourceMatching([], on: sources).desiredRevisions == [""])
        #expect(SourceMatching([SourceUpdate(repoURL: Self.url)], on: sources).changes.isEmpty)
    }
}

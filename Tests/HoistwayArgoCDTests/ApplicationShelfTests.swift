import HoistwayModel
import Testing

@testable import HoistwayArgoCD

/// What putting Applications on the shelf costs.
struct ApplicationShelfTests {
    private static func application(_ number: Int, texts: Int, version: Int = 0) -> Application {
        var application = Application(
            key: ApplicationKey(namespace: "argocd", name: "app-\(number)"),
            sources: [ApplicationSource(repoURL: "https://git.example.com/acme/deploy", targetRevision: "main")]
        )
        application.status.images = (0..<texts).map { "registry.example.com/app-\(number)/image-\($0):\(version)" }
        return application
    }

    @Test func `Applications with many texts of their own are not shared anew with each that comes`() {
        var shelf = ApplicationShelf()
        for number in 0..<500 { shelf.put(Self.application(number, texts: 40)) }
        // Once for each doubling: 42, 85, 171 and 343 Applications.
        #expect(shelf.collections == 4)
        // All that is there is in use: to see it once more costs nothing.
        for number in 0..<500 { shelf.put(Self.application(number, texts: 40)) }
        #expect(shelf.collections == 4)
        #expect(shelf.count == 500 && shelf.all.allSatisfy { $0.status.images.count == 40 })
    }

    @Test func `texts that nobody uses any more are dropped`() {
        var shelf = ApplicationShelf()
        for version in 0..<4000 { shelf.put(Self.application(1, texts: 1, version: version)) }
        // Of one Application at most 1016 are kept.
        #expect(shelf.collections == 3)
        #expect(shelf.all == [Self.application(1, texts: 1, version: 3999)])
    }

    @Test func `an Application keeps its own spelling, whatever looks the same elsewhere`() {
        // K and the sign of Kelvin, é in one scalar and in two: equal as texts of Swift.
        let spellings = [
            "https://git.example.com/acme/\u{212A}ube", "https://git.example.com/acme/Kube",
            "https://git.example.com/acme/caf\u{E9}", "https://git.example.com/acme/cafe\u{301}",
        ]
        var shelf = ApplicationShelf()
        for (number, spelling) in spellings.enumerated() {
            var application = Self.application(number, texts: 0)
            application.sources[0].repoURL = spelling
            shelf.put(application)
        }
        #expect(shelf.all.map { Array($0.sources[0].repoURL.utf8) } == spellings.map { Array($0.utf8) })
    }
}

import HoistwayModel
import Testing

/// Who may change an Application: nobody but the stages that its annotations name.
struct ApplicationAuthorizationTests {
    private static let stage = StageKey(project: "shop", name: "test")
    private static let kargo = ApplicationAuthorization.kargoKey
    private static let own = ApplicationAuthorization.ownKey

    private static func verdict(
        _ annotations: [String: String],
        instance: String = "",
        acceptsKargo: Bool = true
    ) -> ApplicationAuthorization {
        let application = Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            annotations: annotations,
            sources: []
        )
        let options = ArgoCDOptions(instance: instance, acceptsKargoAnnotation: acceptsKargo)
        return ApplicationAuthorization.of(application, for: stage, options)
    }

    @Test(arguments: [
        "shop:test", " shop:test ", "shop:prod,shop:test", "shop:prod , shop:test", "other:x,\tshop:test",
    ])
    func `Kargo's annotation authorises the stages that it lists`(value: String) {
        #expect(Self.verdict([Self.kargo: value]) == .authorized)
    }

    @Test(arguments: [
        ("shop:prod", "names only shop:prod"), ("Shop:test", "names only Shop:test"),
        ("shop:tes", "names only shop:tes"), ("", "'' is not `<project>:<stage>`"),
        ("shop", "'shop' is not `<project>:<stage>`"), ("shop:test:x", "'shop:test:x' is not"),
        (":test", "':test' is not"), ("shop:", "'shop:' is not"), ("shop:test,", "'' is not"),
        // A pattern makes the whole annotation unreadable, as in Kargo.
        ("shop:*", "patterns such as 'shop:*' are not supported"),
        ("shop:test,shop:*", "patterns such as 'shop:*' are not supported"),
        ("*:test,shop:test", "patterns such as '*:test'"),
        // The instance is a form of ours alone.
        ("blue/shop:test", "'blue/shop:test' is not"),
    ])
    func `any other value authorises nobody, and the reason is said`(value: String, reason: String) {
        guard case .refused(let text, _) = Self.verdict([Self.kargo: value]) else {
            Issue.record("\(value) authorises")
            return
        }
        #expect(text.contains(reason), "\(text)")
    }

    @Test(arguments: [
        ("shop:test", "", true), ("shop:test", "blue", true), ("blue/shop:test", "blue", true),
        ("green/shop:test, blue/shop:test", "blue", true), ("green/shop:test", "blue", false),
        ("blue/shop:test", "", false), ("blue/x/shop:test", "blue", false), ("/shop:test", "", false),
        ("shop:*", "", false),
    ])
    func `our own annotation may name an instance, which must be ours`(value: String, instance: String, isIt: Bool) {
        #expect((Self.verdict([Self.own: value], instance: instance) == .authorized) == isIt)
    }

    @Test func `either annotation is enough, and Kargo's can be switched off`() {
        #expect(Self.verdict([Self.own: "shop:test", Self.kargo: "shop:*"]) == .authorized)
        #expect(Self.verdict([Self.own: "shop:prod", Self.kargo: "shop:test"]) == .authorized)
        #expect(Self.verdict([Self.own: "shop:test"], acceptsKargo: false) == .authorized)
        let off = Self.verdict([Self.kargo: "shop:test"], instance: "blue", acceptsKargo: false)
        #expect(
            off
                == .refused(
                    reason: "it has no annotation hoistway.dev/authorized-stage",
                    hint: "add to the Application's annotations: `hoistway.dev/authorized-stage: blue/shop:test`"
                )
        )
    }

    @Test(arguments: [
        ([String: String](), "kargo.akuity.io/authorized-stage: shop:test"),
        (["kargo.akuity.io/authorized-stage": "a:b, c:d"], "kargo.akuity.io/authorized-stage: a:b,c:d,shop:test"),
        // What cannot be read is not repeated.
        (["kargo.akuity.io/authorized-stage": "a:*"], "kargo.akuity.io/authorized-stage: shop:test"),
    ])
    func `the line to add keeps the stages that are named already`(annotations: [String: String], line: String) {
        #expect(Self.hint(Self.verdict(annotations)) == "add to the Application's annotations: `\(line)`")
    }

    @Test func `of an annotation that names very many stages, only what to append is told`() {
        let many = (0..<1200).map { "shop:s\($0)" }.joined(separator: ",")
        #expect(
            Self.hint(Self.verdict([Self.kargo: many]))
                == "append `,shop:test` to the Application's annotation kargo.akuity.io/authorized-stage, which names "
                + "1200 stages already"
        )
        // Neither are names that would not come through a terminal.
        #expect(Self.hint(Self.verdict([Self.kargo: "a\u{1B}[2J:b"])).hasPrefix("append `,shop:test` to"))
    }

    @Test(arguments: [kargo, own])
    func `an annotation that is too long to be read authorises nobody, and says so`(_ key: String) {
        var application = Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            annotations: [:],
            sources: []
        )
        application.oversizedAnnotations = [key: 40_000]
        let options = ArgoCDOptions(acceptsKargoAnnotation: key == Self.kargo)
        #expect(
            ApplicationAuthorization.of(application, for: Self.stage, options)
                == .refused(
                    reason: "\(key) cannot be read: it has 40000 bytes, and at most 32768 are read",
                    hint: "make the Application's annotation \(key) shorter, with `shop:test` in it"
                )
        )
        #expect(ApplicationAuthorization.entries(of: application).isEmpty)
    }

    private static func hint(_ verdict: ApplicationAuthorization) -> String {
        guard case .refused(_, let hint) = verdict else { return "authorised" }
        return hint
    }
}

import HoistwayModel
import Testing

/// Argo CD's own judgement comes before a stage is made of an Application.
struct ImageUpdaterAdmissionTests {
    private static let url = "https://git.test/acme/deploy"

    private static func application(
        namespace: String = "argocd",
        conditions: [String] = [],
        reconciledAt: Timestamp? = Timestamp(seconds: 1),
        compared: [String] = [url],
        url: String = url
    ) -> Application {
        Application(
            key: ApplicationKey(namespace: namespace, name: "web"),
            sources: [ApplicationSource(repoURL: url)],
            status: Application.Status(
                comparedURLs: compared,
                reconciledAt: reconciledAt,
                conditions: conditions.map { Application.Condition(type: $0, message: "https://ann:hush@git.test/x") }
            )
        )
    }

    @Test func `an Application that Argo CD has compared as it is now is admitted, whatever else Argo CD warns of`() {
        for conditions in [[], ["SyncError", "OrphanedResourceWarning"], ["ComparisonError"]] {
            let application = Self.application(conditions: conditions)
            #expect(ImageUpdaterAdmission.refusal(of: application, namespace: "argocd") == nil)
        }
    }

    @Test(
        arguments: [
            (application(namespace: "team-a"), "metadata.namespace", "not in Argo CD's own namespace argocd"),
            (
                application(conditions: ["SyncError", "InvalidSpecError"]), "status.conditions",
                "does not accept it (InvalidSpecError)"
            ),
            (application(reconciledAt: nil), "status.reconciledAt", "has not compared it"),
            (
                application(compared: ["https://git.test/acme/other"]), "status.sync.comparedTo",
                "has not compared the repository that it names now"
            ),
            // It only looks the same.
            (
                application(
                    compared: ["https://git.test/acme/cafe\u{301}"],
                    url: "https://git.test/acme/caf\u{E9}"
                ),
                "status.sync.comparedTo", "has not compared the repository"
            ),
            (application(compared: []), "status.sync.comparedTo", "has not compared the repository"),
        ]
    )
    func `another one is refused with its place, its reason and what to do`(
        _ application: Application,
        _ place: String,
        _ reason: String
    ) throws {
        let refusal = try #require(ImageUpdaterAdmission.refusal(of: application, namespace: "argocd"))
        #expect(refusal.place == "Application \(application.key): \(place)")
        #expect(refusal.reason.contains(reason), "\(refusal)")
        #expect(refusal.hint?.isEmpty == false)
        #expect(!"\(refusal)\(refusal.hint ?? "")".contains("hush"))
    }

    @Test func `a change of Argo CD's judgement is news, a change of its words is not`() {
        func seen(_ change: (inout Application) -> Void) -> ImageUpdaterSeen? {
            var application = Self.application()
            application.annotations["argocd-image-updater.argoproj.io/image-list"] = "a=reg.test/web"
            change(&application)
            return ImageUpdaterSeen(application)
        }
        func condition(_ message: String) -> [Application.Condition] {
            [.init(type: "InvalidSpecError", message: message)]
        }
        let before = seen { _ in }
        #expect(before != nil)
        #expect(before == seen { $0.status.reconciledAt = Timestamp(seconds: 2) })
        #expect(before != seen { $0.status.reconciledAt = nil })
        #expect(before != seen { $0.status.conditions = condition("a") })
        // It passes by itself.
        #expect(before == seen { $0.status.conditions = [.init(type: "ComparisonError", message: "a")] })
        #expect(before != seen { $0.oversizedAnnotations["argocd-image-updater.argoproj.io/a.allow-tags"] = 40_000 })
        #expect(seen { $0.status.conditions = condition("a") } == seen { $0.status.conditions = condition("b") })
    }
}

import HoistwayModel

/// An Application of Argo CD as it looks after a sync that went well, and the check of it.
enum HealthSamples {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let promoted = now + .seconds(-60)
    static let address = ApplicationAddress(
        cluster: "main",
        key: ApplicationKey(namespace: "argocd", name: "shop-test")
    )
    static let wanted = String(repeating: "a", count: 40)
    static let other = String(repeating: "b", count: 40)
    static let repository = "https://git.example.com/ops"

    static func check(_ revisions: [String] = [wanted]) -> ApplicationCheck {
        ApplicationCheck(
            address: address,
            desiredRevisions: revisions,
            repositories: revisions.map { _ in repository }
        )
    }

    /// Of as many sources as there are revisions.
    static func application(
        revisions: [String] = [wanted],
        health: String = "Healthy",
        message: String = "",
        _ edit: (inout Application) -> Void = { _ in }
    ) -> Application {
        var application = Application(
            key: address.key,
            sources: revisions.map { _ in ApplicationSource(repoURL: repository, path: "test") },
            isMultiSource: revisions.count > 1
        )
        application.status.sync = "Synced"
        application.status.revisions = revisions
        application.status.health = health
        application.status.healthMessage = message
        application.status.operation = Application.OperationState(
            phase: "Succeeded",
            startedAt: promoted + .seconds(-20),
            finishedAt: promoted + .seconds(-10),
            syncedRevisions: revisions
        )
        application.status.reconciledAt = promoted
        edit(&application)
        return application
    }

    static func judgement(
        _ reading: ApplicationReading,
        of check: ApplicationCheck = check(),
        previous: ApplicationHealth? = nil,
        at now: Timestamp = now,
        history: (RevisionQuestion) -> RevisionStanding = { _ in .absent }
    ) -> ApplicationJudgement {
        ApplicationJudgement(of: check, reading, previous: previous, promoted: promoted, now: now, history: history)
    }
}

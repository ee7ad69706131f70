import HoistwayModel
import Testing

/// When `argocd-wait` has what it waits for.
struct ApplicationReadinessTests {
    private static func status(
        _ health: String = "Healthy",
        sync: String = "Synced",
        operation: String? = "Succeeded",
        finished: Int64? = 10,
        reconciled: Int64? = 10,
        condition: String? = nil
    ) -> Application.Status {
        Application.Status(
            sync: sync,
            health: health,
            operation: operation.map {
                Application.OperationState(phase: $0, finishedAt: finished.map { Timestamp(seconds: $0) })
            },
            reconciledAt: reconciled.map { Timestamp(seconds: $0) },
            conditions: condition.map { [Application.Condition(type: $0, message: "bad")] } ?? []
        )
    }

    private static let all = ApplicationCondition.usual

    @Test(
        arguments: [
            (status(), all, nil, ApplicationReadiness.ready), (status(operation: nil), all, nil, .ready),
            (status("Progressing"), all, nil, .waiting("its health is Progressing")),
            (status("Suspended"), all, nil, .waiting("its health is Suspended")),
            (status(""), all, nil, .waiting("its health is not known yet")),
            (status(sync: "OutOfSync"), all, nil, .waiting("it is OutOfSync")),
            (status(operation: "Running", finished: nil), all, nil, .waiting("its operation is Running")),
            (status("Suspended"), [.suspended], nil, .ready), (status("Degraded"), [.degraded], nil, .ready),
            (status("Suspended"), [.health, .suspended], nil, .ready),
            (status("Degraded"), [.suspended], nil, .waiting("its health is Degraded")),
            (status("Degraded", sync: "OutOfSync"), [.sync], nil, .waiting("it is OutOfSync")),
            (status("Degraded"), [.sync], nil, .ready), (status("Progressing"), [.operation], nil, .ready),
            // Health from before the last operation counts for nothing; equal times are fine.
            (
                status(finished: 11, reconciled: 10), all, nil,
                .stale("it has not been compared since its last operation")
            ),
            (status(reconciled: nil), [.health], nil, .stale("it has not been compared since its last operation")),
            (status(finished: 11, reconciled: 10), [.sync], nil, .ready),
            // It turns Degraded while one waits for health.
            (status("Degraded"), all, "Progressing", .failed("it has turned Degraded")),
            (status("Degraded"), all, "Healthy", .failed("it has turned Degraded")),
            (status("Degraded"), all, nil, .waiting("its health is Degraded")),
            (status("Degraded"), all, "Degraded", .waiting("its health is Degraded")),
            (status("Degraded"), all, "Unknown", .waiting("its health is Degraded")),
            (status("Degraded"), [.degraded], "Healthy", .ready),
            (status("Degraded"), [.sync], "Healthy", .ready),
            // What prevents the comparison ends it.
            (status(condition: "ComparisonError"), all, nil, .failed("ComparisonError: bad")),
            (status(condition: "InvalidSpecError"), [.sync], nil, .failed("InvalidSpecError: bad")),
            (status(condition: "SyncError"), all, nil, .ready),
        ] as [(Application.Status, Set<ApplicationCondition>, String?, ApplicationReadiness)]
    )
    func `all that is waited for must hold, of health any one`(
        status: Application.Status,
        conditions: Set<ApplicationCondition>,
        before: String?,
        readiness: ApplicationReadiness
    ) {
        let application = Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            sources: [],
            status: status
        )
        #expect(ApplicationReadiness.of(application, for: conditions, before: before) == readiness)
    }

    @Test func `a request that the controller has not taken is an operation`() {
        var application = Application(key: ApplicationKey(namespace: "argocd", name: "web"), sources: [])
        application.status = Self.status()
        application.pendingOperation = ApplicationOperation()
        #expect(
            ApplicationReadiness.of(application, for: [.operation], before: nil)
                == .waiting("its operation has not begun yet")
        )
        #expect(ApplicationReadiness.of(application, for: [.health, .sync], before: nil) == .ready)
    }

    @Test func `labels select as in Kubernetes`() {
        func selects(_ expressions: [LabelExpression], _ labels: [String: String], match: [String: String] = [:])
            -> Bool
        {
            LabelSelector(matchLabels: match, matchExpressions: expressions).matches(labels)
        }
        func expression(_ operation: LabelExpression.Operator, _ values: [String] = []) -> LabelExpression {
            LabelExpression(key: "tier", operation: operation, values: values)
        }
        #expect(selects([], [:]))
        #expect(selects([], ["app": "a", "x": "y"], match: ["app": "a"]))
        #expect(!selects([], ["app": "b"], match: ["app": "a"]))
        #expect(selects([expression(.isIn, ["a", "b"])], ["tier": "b"]))
        #expect(!selects([expression(.isIn, ["a"])], [:]))
        #expect(selects([expression(.notIn, ["a"])], [:]) && selects([expression(.notIn, ["a"])], ["tier": "b"]))
        #expect(!selects([expression(.notIn, ["a"])], ["tier": "a"]))
        #expect(selects([expression(.exists)], ["tier": ""]) && !selects([expression(.exists)], [:]))
        #expect(selects([expression(.doesNotExist)], [:]) && !selects([expression(.doesNotExist)], ["tier": ""]))
        #expect(!selects([expression(.exists)], ["tier": "a"], match: ["app": "a"]))
    }
}

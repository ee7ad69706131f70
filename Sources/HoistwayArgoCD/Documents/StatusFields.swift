import HoistwayModel

/// `operation`, and the stored fields of one that has begun.
struct OperationFields: Decodable {
    struct Initiator: Decodable {
        var username: String?
        var automated: Bool?
    }

    struct Info: Decodable {
        var name: String?
        var value: String?
    }

    var initiatedBy: Initiator?
    var info: [Info]?

    /// Limits of `info`: number of entries, and length of a value in characters.
    static let maxInfo = (entries: 50, value: 1000)

    var operation: ApplicationOperation {
        let entries = (info ?? []).prefix(Self.maxInfo.entries).map { entry in
            (entry.name ?? "", String((entry.value ?? "").prefix(Self.maxInfo.value)))
        }
        return ApplicationOperation(
            initiator: String((initiatedBy?.username ?? "").prefix(Self.maxInfo.value)),
            isAutomated: initiatedBy?.automated ?? false,
            info: Dictionary(entries) { first, _ in first }
        )
    }
}

/// `status`, as Argo CD's controller writes it.
struct StatusFields: Decodable {
    struct Sync: Decodable {
        struct Compared: Decodable {
            struct Source: Decodable {
                var repoURL: String?
            }

            var source: Source?
            var sources: [Source]?

            /// One for each source, in the form of an Application's own sources.
            var urls: [String] {
                let several = sources ?? []
                return (several.isEmpty ? [source].compactMap(\.self) : several).map { $0.repoURL ?? "" }
            }
        }

        var status: String?
        var revision: String?
        var revisions: [String]?
        var comparedTo: Compared?
    }

    struct Health: Decodable {
        var status: String?
        var message: String?
    }

    struct Condition: Decodable {
        var type: String?
        var message: String?
    }

    struct Summary: Decodable {
        var images: [String]?
    }

    struct OperationState: Decodable {
        struct Result: Decodable {
            var revision: String?
            var revisions: [String]?
        }

        var phase: String?
        var message: String?
        var startedAt: String?
        var finishedAt: String?
        var operation: OperationFields?
        var syncResult: Result?
    }

    var sync: Sync?
    var health: Health?
    var conditions: [Condition]?
    var summary: Summary?
    var operationState: OperationState?
    var reconciledAt: String?
    var sourceType: String?
    var sourceTypes: [String]?

    /// Limit of conditions.
    static let maxConditions = 20

    var status: Application.Status {
        Application.Status(
            sync: sync?.status ?? "",
            revisions: Self.revisions(sync?.revision, sync?.revisions),
            comparedURLs: sync?.comparedTo?.urls ?? [],
            health: health?.status ?? "",
            healthMessage: Self.message(health?.message),
            operation: operationState.map(Self.operationState),
            reconciledAt: reconciledAt.flatMap { Timestamp(tolerant: $0) },
            conditions: (conditions ?? []).prefix(Self.maxConditions).map {
                Application.Condition(type: $0.type ?? "", message: Self.message($0.message))
            },
            images: Array((summary?.images ?? []).prefix(ApplicationDocument.maxShown)),
            sourceType: String((sourceType ?? typeWithImages ?? "").prefix(20))
        )
    }

    private var typeWithImages: String? { sourceTypes?.first { $0 == "Kustomize" || $0 == "Helm" } }

    private static func operationState(_ state: OperationState) -> Application.OperationState {
        Application.OperationState(
            phase: state.phase ?? "",
            message: message(state.message),
            startedAt: state.startedAt.flatMap { Timestamp(tolerant: $0) },
            finishedAt: state.finishedAt.flatMap { Timestamp(tolerant: $0) },
            operation: state.operation?.operation ?? ApplicationOperation(),
            syncedRevisions: state.syncResult.map { revisions($0.revision, $0.revisions) }
        )
    }

    /// Those of all sources, where there are several; an Application with one source has only `revision`.
    private static func revisions(_ one: String?, _ several: [String]?) -> [String] {
        if let several, !several.isEmpty { return Array(several.prefix(ApplicationDocument.maxEntries)) }
        return one.flatMap { $0.isEmpty ? nil : [$0] } ?? []
    }

    private static func message(_ text: String?) -> String {
        String((text ?? "").prefix(Application.Status.maxMessage))
    }
}

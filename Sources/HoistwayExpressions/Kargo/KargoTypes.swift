import HoistwayModel

/// The objects that Kargo's functions return: with Go's field names in expressions, and other names in JSON.
package enum KargoTypes {
    static let origin = ObjectType(
        name: "FreightOrigin",
        fields: [.init("Kind", "kind", omitsEmpty: false), .init("Name", "name", omitsEmpty: false)]
    )

    static let commit = ObjectType(
        name: "GitCommit",
        fields: [
            .init("RepoURL", "repoURL"), .init("ID", "id"), .init("Branch", "branch"), .init("Tag", "tag"),
            .init("Message", "message"), .init("Author", "author"), .init("Committer", "committer"),
            .init("SubscriptionName", "subscriptionName"),
        ]
    )

    static let image = ObjectType(
        name: "Image",
        fields: [
            .init("RepoURL", "repoURL"), .init("Tag", "tag"), .init("Digest", "digest"),
            .init("Annotations", "annotations", .stringMap), .init("SubscriptionName", "subscriptionName"),
        ]
    )

    static let chart = ObjectType(
        name: "Chart",
        fields: [
            .init("RepoURL", "repoURL"), .init("Name", "name"), .init("Version", "version"),
            .init("SubscriptionName", "subscriptionName"),
        ]
    )

    /// Kargo defines no JSON names for this type.
    static let artifact = ObjectType(
        name: "Artifact",
        fields: [
            .init("ArtifactType", "ArtifactType", omitsEmpty: false),
            .init("SubscriptionName", "SubscriptionName", omitsEmpty: false),
            .init("Version", "Version", omitsEmpty: false), .init("Metadata", "Metadata", omitsEmpty: false, .map),
        ]
    )

    static let discoveredCommit = ObjectType(
        name: "DiscoveredCommit",
        fields: [
            .init("ID", "id"), .init("Branch", "branch"), .init("Tag", "tag"), .init("Subject", "subject"),
            .init("Author", "author"), .init("Committer", "committer"), .init("CreatorDate", "creatorDate", .time),
        ]
    )

    static let discoveredImage = ObjectType(
        name: "DiscoveredImageReference",
        fields: [
            .init("Tag", "tag", omitsEmpty: false), .init("Digest", "digest", omitsEmpty: false),
            .init("Annotations", "annotations", .stringMap), .init("CreatedAt", "createdAt", .time),
        ]
    )

    /// The entry of a step in `stepMetas`.
    static let step = ObjectType(
        name: "StepExecutionMetadata",
        fields: [
            .init("Alias", "alias"), .init("Status", "status"), .init("Message", "message"),
            .init("ErrorCount", "errorCount", .int), .init("StartedAt", "startedAt", .time),
            .init("FinishedAt", "finishedAt", .time), .init("ContinueOnError", "continueOnError", .bool),
        ]
    )

    // MARK: Values

    static func value(_ metadata: PromotionSurroundings.Step) -> Value {
        Value(
            .object(
                ObjectValue(
                    step,
                    [
                        .string(metadata.alias), .string(metadata.status), .string(metadata.message),
                        .int(metadata.errorCount), metadata.startedAt.map { Value(.time($0)) } ?? .null,
                        metadata.finishedAt.map { Value(.time($0)) } ?? .null, .bool(metadata.continueOnError),
                    ]
                )
            )
        )
    }

    static func value(_ artifact: CommitArtifact) -> Value {
        let texts: [(String, ArtifactOrigin.Part)] = [
            (artifact.repoURL, .other), (artifact.id.description, .id), (artifact.branch ?? "", .branch),
            (artifact.tag ?? "", .tag), (artifact.message, .other), (artifact.author, .other),
            (artifact.committer ?? "", .other), ("", .other),
        ]
        return object(commit, texts.map { .string($0.0) }, texts.map(\.1)) {
            .commit(repoURL: artifact.repoURL, part: $0)
        }
    }

    static func value(_ artifact: ImageArtifact) -> Value {
        object(
            image,
            [.string(artifact.repoURL), .string(artifact.tag), .string(artifact.digest), .strings([:]), .string("")],
            [.other, .tag, .digest, .other, .other]
        ) { .image(repoURL: artifact.repoURL, part: $0) }
    }

    static func value(_ artifact: ChartArtifact) -> Value {
        object(
            chart,
            [.string(artifact.repoURL), .string(artifact.name), .string(artifact.version), .string("")],
            [.other, .other, .version, .other]
        ) { .chart(repoURL: artifact.repoURL, name: artifact.name, part: $0) }
    }

    /// A commit as warehouses have it before freight is made from it.
    static func discovered(_ artifact: CommitArtifact) -> Value {
        let texts = [
            artifact.id.description, artifact.branch ?? "", artifact.tag ?? "", artifact.message, artifact.author,
            artifact.committer ?? "",
        ]
        return Value(
            .object(ObjectValue(discoveredCommit, texts.map(Value.string) + [time(artifact.createdAt)]))
        )
    }

    static func discovered(_ artifact: ImageArtifact) -> Value {
        Value(
            .object(
                ObjectValue(
                    discoveredImage,
                    [.string(artifact.tag), .string(artifact.digest), .strings([:]), time(artifact.createdAt)]
                )
            )
        )
    }

    private static func time(_ timestamp: Timestamp?) -> Value {
        timestamp.map { Value(.time(Moment($0))) } ?? .null
    }

    /// Each field gets a mark with its part of the artifact.
    private static func object(
        _ type: ObjectType,
        _ fields: [Value],
        _ parts: [ArtifactOrigin.Part],
        _ origin: (ArtifactOrigin.Part) -> ArtifactOrigin
    ) -> Value {
        let marked = zip(fields, parts).map { $0.marked(Marks(artifacts: [origin($1)])) }
        return Value(.object(ObjectValue(type, marked)), marks: marked.jointMarks)
    }
}

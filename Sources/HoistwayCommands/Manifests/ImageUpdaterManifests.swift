import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwaySettings

/// Makes manifests where they do not lie in Git.
protocol ManifestGenerator: Sendable {
    /// `nil` where they are still those of `known`.
    func version(of source: ManifestSource, unless known: ObjectID?) async throws -> ManifestVersion?
}

/// Makes a project with a warehouse and a stage for each Application of Image Updater, out of what the watch has seen.
///
/// An Application that is refused, or of which Image Updater still takes care, is left out with a remark; the others go on.
/// Where the watch is behind, or what runs in the cluster cannot be seen, nothing is made: what ran before stays.
struct ImageUpdaterManifests: ManifestGenerator {
    /// How long a first list of the Applications is waited for, and how often it is looked at.
    private static let (patience, step) = (Duration.seconds(10), Duration.milliseconds(100))

    let applications: any ApplicationWatch
    /// `nil`: the cluster cannot be asked.
    let objects: @Sendable (_ cluster: String) -> (any ImageUpdaterObjects)?
    let clock: any WallClock

    func version(of source: ManifestSource, unless known: ObjectID?) async throws -> ManifestVersion? {
        guard let made = source.applications else { return nil }
        try await waitForList(of: made.cluster)
        switch applications.standing(of: made.cluster) {
        case .current: break
        case .starting: throw ManifestFailure.notSeen(cluster: made.cluster, reason: "they are being listed")
        case .absent: throw ManifestFailure.notSeen(cluster: made.cluster, reason: "no such cluster is followed")
        case .broken(_, let reason): throw ManifestFailure.notSeen(cluster: made.cluster, reason: reason)
        }
        guard let cluster = objects(made.cluster) else {
            throw ManifestFailure.notSeen(cluster: made.cluster, reason: "no such cluster is configured")
        }
        let found = try await cluster.imageUpdaterObjects(in: made.policy.namespace)
        let report = ImageUpdaterImport(policy: made.policy).report(
            on: applications.applications(of: made.cluster).map {
                ApplicationManifest($0, sourceType: $0.status.sourceType)
            },
            besides: found
        )
        if let refusal = report.unreadable.first {
            throw ManifestFailure.notKnown(cluster: made.cluster, reason: "\(refusal)")
        }
        let files = report.files
        let remarks = Self.remarks(report)
        let content = files.map { "\($0.path)\n\($0.text)" }.joined() + remarks.joined(separator: "\n")
        guard let id = ObjectID(String(SHA256.hex(content).prefix(40))) else {
            preconditionFailure("a digest has no 40 digits")
        }
        guard id != known else { return nil }
        return ManifestVersion(source: source, commit: id, readAt: clock.now(), files: files, remarks: remarks)
    }

    /// At the start the first list is under way.
    private func waitForList(of cluster: String) async throws {
        var waited = Duration.zero
        while waited < Self.patience, applications.standing(of: cluster) == .starting {
            try await clock.sleep(for: Self.step)
            waited += Self.step
        }
    }

    private static func remarks(_ report: ImageUpdaterImport.Report) -> [String] {
        report.refusals.map { refusal in
            "refused: \(refusal)" + (refusal.hint.map { "\n    hint: \($0)" } ?? "")
        }
            + report.obstacles.sorted { $0.key < $1.key }.flatMap { application, obstacles in
                obstacles.map { "refused until the cut-over: Application \(application): \($0)" }
            }
            + report.plans.compactMap { plan in
                plan.annotation.map {
                    "Application \(plan.application) needs the annotation `\($0.name): \($0.value)`"
                }
            }
    }
}

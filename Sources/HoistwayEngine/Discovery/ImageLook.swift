import HoistwayModel
import HoistwayPorts

/// One look at all tags of an image.
///
/// One bad tag hides no other: a tag that cannot run, or cannot be read, is skipped and listed by its name.
struct ImageLook: Sendable {
    /// How many tags in a row may fail at the registry before the look ends: then the registry itself fails.
    private static let maxFailures = 3
    /// The most skipped tags that are listed.
    private static let maxSkipped = 100

    let registry: any Registry
    let matcher: any PatternMatcher
    let image: ImageSubscription
    let known: SubscriptionRecord?

    /// What was found besides the newest image.
    private struct Finds {
        var held: [SubscriptionRecord.HeldTag] = []
        var skipped: [String] = []
        var failures: [RegistryFailure] = []
        var failuresInARow = 0

        mutating func skip(_ reason: String?) {
            if let reason, skipped.count < maxSkipped { skipped.append(reason) }
        }
    }

    func observe(_ key: SubscriptionKey) async throws -> Observation {
        let project = key.warehouse.project
        let tags = try await candidates(project: project)
        var finds = Finds()
        var newest: ImageArtifact?
        for tag in tags {
            guard let found = try await artifact(tag, project: project, finds: &finds) else { continue }
            guard let best = newest else {
                newest = found
                // By version, tags come newest first; by time, in any order.
                if image.strategy != .newestBuild { break }
                continue
            }
            if ImageSelection.compare(found, to: best, for: image) == .newer { newest = found }
        }
        if newest == nil, let failure = finds.failures.first { throw failure }
        return Observation(
            subscription: key,
            newest: newest.map(Artifact.image),
            known: known,
            held: finds.held,
            skipped: finds.skipped,
            failure: finds.failures.first?.description
        )
    }

    /// In the order in which they are looked at.
    private func candidates(project: String) async throws -> [String] {
        guard image.strategy != .digest else { return [image.constraint ?? ""] }
        var tags = try await registry.tags(of: image, project: project)
        // Lists come from caches and replicas: a tag from an event may be missing there for a while.
        if case .image(let newest)? = known?.newest, !tags.contains(newest.tag) { tags.append(newest.tag) }
        return ImageSelection.candidates(among: tags, for: image, matcher: matcher)
    }

    /// `nil` for a tag that is no candidate; throws if the registry as a whole gives no answers.
    private func artifact(_ tag: String, project: String, finds: inout Finds) async throws -> ImageArtifact? {
        do throws(RegistryFailure) {
            let answer = try await registry.find(tag, in: image, project: project)
            guard let digest = answer.digest else {
                finds.skip(answer.reason(tag: tag, platform: image.platform))
                finds.failuresInARow = 0
                return nil
            }
            let counting = counting(digest, of: tag, finds: &finds)
            var found = ImageArtifact(repoURL: image.repoURL, tag: tag, digest: counting)
            if image.looksUpBuildTime {
                found.createdAt = try await registry.createdAt(of: counting, in: image, project: project)
                // The old digest's content may be gone from the registry.
                if counting != digest, found.createdAt == nil { found.createdAt = knownTime(of: found) }
            }
            finds.failuresInARow = 0
            return found
        } catch {
            guard Self.isOfOneTag(error) else { throw error }
            finds.skip("\(tag) cannot be read: \(error.message)")
            // A malformed manifest does not change; a failure of the registry may pass.
            if case .malformed = error { return nil }
            finds.failures.append(error)
            finds.failuresInARow += 1
            if finds.failuresInARow >= Self.maxFailures { throw error }
            return nil
        }
    }

    /// The digest that counts for a tag: the known one, if the tag was moved and the image does not follow moves.
    private func counting(_ digest: String, of tag: String, finds: inout Finds) -> String {
        guard image.onTagMoved != .follow, let before = known?.digest(of: tag), before != digest else { return digest }
        finds.held.append(.init(tag: tag, known: before, found: digest))
        return before
    }

    private func knownTime(of artifact: ImageArtifact) -> Timestamp? {
        guard case .image(let newest)? = known?.newest, newest.tag == artifact.tag, newest.digest == artifact.digest
        else { return nil }
        return newest.createdAt
    }

    /// Whether other tags may be readable, although this one is not.
    private static func isOfOneTag(_ failure: RegistryFailure) -> Bool {
        switch failure {
        case .malformed, .unreachable, .notAllowed: true
        case .refused(_, let status, _): status != 401
        case .busy, .limited, .notAsked, .untrusted: false
        }
    }
}

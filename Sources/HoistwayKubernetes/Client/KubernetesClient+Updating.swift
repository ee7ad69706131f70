import HoistwayModel

/// What to do with an object that was read.
package enum UpdateDecision<Result: Sendable>: Sendable {
    /// Nothing is written.
    case leave(Result)
    /// Written only where the object has not changed since it was read.
    case write(KubernetesPatch, Result)
}

/// What became of it.
package struct UpdateOutcome<Value: Decodable & Sendable, Result: Sendable>: Sendable {
    package var result: Result
    /// As it was read, or as it is after the write.
    package var object: KubernetesObject<Value>
    package var isWritten: Bool
}

extension KubernetesClient {
    /// Reads an object, lets `decide` look at it, and writes what it wants, guarded by the version that was read.
    ///
    /// Where somebody else has written in between, all of it is done again, at most `attempts` times. An answer that is
    /// lost is not tried again here: the write may have been done.
    package func update<Value, Result>(
        _ resource: KubernetesResource,
        _ key: ObjectKey,
        as type: Value.Type,
        attempts: Int = 5,
        decide: (KubernetesObject<Value>) async -> UpdateDecision<Result>
    ) async throws(KubernetesFailure) -> UpdateOutcome<Value, Result> {
        var refused: (version: String, failure: KubernetesFailure)?
        for attempt in 1...max(1, attempts) {
            let object = try await get(resource, key, as: type)
            // A test of the patch failed on the very version that it was made for: it will fail each time.
            if let refused, refused.failure.reason == .invalid, refused.version == object.metadata.resourceVersion {
                throw refused.failure
            }
            switch await decide(object) {
            case .leave(let result): return UpdateOutcome(result: result, object: object, isWritten: false)
            case .write(let patch, let result):
                do throws(KubernetesFailure) {
                    let guarded = patch.guarded(by: object.metadata)
                    let written = try await self.patch(resource, key, guarded, as: type)
                    return UpdateOutcome(result: result, object: written, isWritten: true)
                } catch {
                    guard patch.isRefusedByChange(error), attempt < attempts else { throw error }
                    refused = (object.metadata.resourceVersion, error)
                    await pause(after: attempt)
                }
            }
        }
        preconditionFailure("the last attempt returns or throws")
    }

    /// Many writers that come back at the same moment would meet again.
    private func pause(after attempt: Int) async {
        let milliseconds = Double(min(100 << (attempt - 1), 2000)) * Double.random(in: 0.5...1.5)
        // A cancelled task goes on at once, to a request that ends at once.
        try? await Task.sleep(for: .milliseconds(milliseconds))
    }
}

extension KubernetesPatch {
    /// Refused by the server once the object has another version.
    func guarded(by metadata: ObjectMetadata) -> KubernetesPatch {
        switch self {
        case .json(let operations): return .json([.unchanged(metadata)] + operations)
        case .merge(let value):
            var object = value.map ?? [:]
            var inner = object["metadata"]?.map ?? [:]
            inner["resourceVersion"] = .string(metadata.resourceVersion)
            object["metadata"] = .map(inner)
            return .merge(.map(object))
        }
    }

    /// Whether a change of the object in between can be why it was refused.
    fileprivate func isRefusedByChange(_ failure: KubernetesFailure) -> Bool {
        if failure.isConflict { return true }
        guard case .json = self else { return false }
        return failure.reason == .invalid
    }
}

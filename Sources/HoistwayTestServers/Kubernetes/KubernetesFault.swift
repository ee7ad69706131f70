/// A failure of requests, until it is removed or has happened often enough.
package struct KubernetesFault: Sendable {
    package enum Effect: Sendable {
        /// Refuses with this status; nothing is applied.
        case refuse(KubernetesStatus)
        /// Waits until ``KubernetesServer/release()``, and then handles the request.
        case hold
        /// Never answers, and does nothing.
        case hang
        /// Closes the connection without an answer; nothing is applied.
        case close
        /// Handles the request, and closes the connection without an answer.
        case closeAfterwards
        /// Answers with these bytes and status 200, as JSON.
        case answer([UInt8])
        /// Opens the requested watch and never sends an event on it.
        case silentWatch
    }

    /// In RBAC's terms: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`; empty for all.
    package var verbs: Set<String>
    package var resource: KubernetesResource?
    package var namespace: String?
    package var name: String?
    /// Number of requests; `nil` for all until the fault is removed.
    package var times: Int?
    package var effect: Effect

    package init(
        _ effect: Effect,
        verbs: Set<String> = [],
        of resource: KubernetesResource? = nil,
        namespace: String? = nil,
        name: String? = nil,
        times: Int? = nil
    ) {
        self.effect = effect
        self.verbs = verbs
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.times = times
    }

    func concerns(_ access: KubernetesAttributes) -> Bool {
        times != 0 && (verbs.isEmpty || verbs.contains(access.verb)) && (resource ?? access.resource) == access.resource
            && (namespace == nil || namespace == access.namespace) && (name == nil || name == access.name)
    }
}

/// A client's write, before it is applied.
package struct KubernetesWrite: Sendable {
    package var access: KubernetesAttributes
    package var request: KubernetesRequest
}

/// How a write is handled, for a test that interrupts a client there.
package enum KubernetesVerdict: Sendable {
    case apply
    /// Nothing is applied; the connection closes.
    case lose
    /// It is applied; the connection closes without an answer.
    case applyAndLoseAnswer
}

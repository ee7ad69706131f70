/// What a test can do with the server, besides its clients.
extension KubernetesServer {
    /// A request and its result.
    package struct LogEntry: Sendable {
        package var request: KubernetesRequest
        /// `nil` where the address names no resource.
        package var access: KubernetesAttributes?
        /// `nil` before the answer, and for watches that have begun.
        package var status: Int?
    }

    /// All requests since the start or ``emptyLog()``, oldest first.
    package var log: [LogEntry] { core.with { $0.log } }

    /// The requests for this action, oldest first.
    package func log(_ verb: String, _ resource: KubernetesResource, name: String? = nil) -> [LogEntry] {
        log.filter {
            $0.access?.verb == verb && $0.access?.resource == resource && (name == nil || $0.access?.name == name)
        }
    }

    package func emptyLog() { core.with { $0.log = [] } }

    // MARK: Objects

    /// The version of the newest change.
    package var version: Int { core.with { $0.objects.version } }

    package func object(_ resource: KubernetesResource, _ name: String, in namespace: String = "argocd")
        -> ClusterValue?
    {
        let key = Self.key(resource, name, namespace)
        return core.with { $0.objects.object(resource, key)?.value }
    }

    /// All of a kind, by namespace and name.
    package func objects(_ resource: KubernetesResource) -> [ClusterValue] {
        core.with { $0.objects.list(resource, namespace: nil) }.map(\.value)
    }

    /// Stores an object in place of any former one; creates its namespace if necessary.
    ///
    /// Fields that the server sets itself (uid, times, generation) are kept where the object has them.
    package func put(_ object: ClusterValue, of resource: KubernetesResource) {
        let name = object["metadata", "name"]?.string ?? ""
        let namespace = object["metadata", "namespace"]?.string ?? "argocd"
        precondition(!name.isEmpty, "an object for the cluster has no name")
        if resource.isNamespaced { makeNamespace(namespace) }
        var value = object
        value["apiVersion"] = .string(resource.apiVersion)
        value["kind"] = .string(resource.kind)
        if resource.isNamespaced { value["metadata", "namespace"] = .string(namespace) }
        let key = Self.key(resource, name, namespace)
        let time = KubernetesObjects.text(of: core.clock())
        core.with { state in
            let former = state.objects.object(resource, key)?.value
            for (field, made) in [
                ("uid", .string("00000000-0000-4000-8000-\(Self.padded(state.objects.version))")),
                ("creationTimestamp", .string(time)), ("generation", .integer(1)),
            ] as [(String, ClusterValue)] where value["metadata", field] == nil {
                value["metadata", field] = former?["metadata", field] ?? made
            }
            state.publish(state.objects.set(value, of: resource, key, removing: false))
        }
    }

    /// Changes an object like a client, at its newest version; false where it does not exist.
    @discardableResult
    package func edit(
        _ resource: KubernetesResource,
        _ name: String,
        in namespace: String = "argocd",
        _ change: (inout ClusterValue) -> Void
    ) -> Bool {
        let key = Self.key(resource, name, namespace)
        return core.with { state in
            guard var value = state.objects.object(resource, key)?.value else { return false }
            change(&value)
            let generation = value["metadata", "generation"]?.integer ?? 0
            if !resource.hasStatus { value["metadata", "generation"] = .integer(generation + 1) }
            state.publish(state.objects.set(value, of: resource, key, removing: false))
            return true
        }
    }

    /// Removes an object at once, even with finalizers; false where it does not exist.
    @discardableResult
    package func remove(_ resource: KubernetesResource, _ name: String, in namespace: String = "argocd") -> Bool {
        let key = Self.key(resource, name, namespace)
        return core.with { state in
            guard let former = state.objects.object(resource, key) else { return false }
            state.publish(state.objects.set(former.value, of: resource, key, removing: true))
            return true
        }
    }

    package func makeNamespace(_ name: String) {
        guard object(.namespaces, name) == nil else { return }
        put(["metadata": ["name": .string(name)], "status": ["phase": "Active"]], of: .namespaces)
    }

    private static func key(_ resource: KubernetesResource, _ name: String, _ namespace: String)
        -> KubernetesObjects.Key
    {
        KubernetesObjects.Key(namespace: resource.isNamespaced ? namespace : "", name: name)
    }

    private static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 12 - text.count)) + text
    }

    // MARK: Access and faults

    package func setAccess(_ change: @Sendable (inout KubernetesAccess) -> Void) { core.with { change(&$0.access) } }

    /// From now on the token is refused; open watches continue, as with the real server.
    package func revoke(_ token: String = KubernetesServer.token) { setAccess { $0.tokens?[token] = nil } }

    package func inject(_ fault: KubernetesFault) { core.with { $0.faults.append(fault) } }

    /// Removes all faults; held requests continue.
    package func heal() {
        core.with { state in
            state.faults = []
            state.stale = nil
        }
        release()
    }

    /// Continues the requests that are held now.
    package func release() {
        let held = core.with { state in
            defer { state.held = [] }
            return state.held
        }
        for request in held { request() }
    }

    /// The number of requests that are held now.
    package var held: Int { core.with { $0.held.count } }

    /// The next writes of the object, `times` in number, are refused as if somebody else had just changed it.
    package func refuseWithConflict(_ resource: KubernetesResource, _ name: String, times: Int) {
        inject(
            KubernetesFault(
                .refuse(.conflict(resource, name)),
                verbs: ["update", "patch"],
                of: resource,
                name: name,
                times: times
            )
        )
    }

    /// Called before each write of a client is applied, on a thread that serves connections.
    package func beforeWrite(_ hook: (@Sendable (KubernetesWrite) -> KubernetesVerdict)?) {
        core.with { $0.beforeWrite = hook }
    }

    /// From now on reads show the objects of this moment, until ``heal()``.
    package func makeReadsStale() { core.with { $0.stale = $0.objects } }

    /// Removes the changes until now: watches with an older version, and unfinished lists, get 410.
    package func forgetHistory() {
        core.with { state in
            state.objects.compact()
            state.lists.expireTokens()
        }
    }
}

extension KubernetesServer {
    /// Calls back at each change, in the order of the changes; the call must be short and must not call the server.
    func observe(_ call: @escaping @Sendable (KubernetesObjects.Change) -> Void) -> Int {
        core.with { state in
            state.observersSoFar += 1
            state.observers[state.observersSoFar] = call
            return state.observersSoFar
        }
    }

    func stopObserving(_ id: Int) { core.with { $0.observers[id] = nil } }
}

/// Reads, watches and writes of objects.
extension KubernetesCore {
    func read(
        _ access: KubernetesAttributes,
        _ request: KubernetesRequest,
        _ responder: any KubernetesResponder
    ) throws(KubernetesStatus) {
        let body: [UInt8] = try with { state throws(KubernetesStatus) in
            let objects = state.stale ?? state.objects
            guard let name = access.name else { return try state.lists.page(of: access, request, in: objects) }
            let key = KubernetesObjects.Key(namespace: access.namespace ?? "", name: name)
            guard let object = objects.object(access.resource, key) else { throw .notFound(access.resource, name) }
            return KubernetesList.wantsMetadataOnly(request)
                ? KubernetesList.metadata(of: object.value).bytes : object.bytes
        }
        responder.answer(200, type: "application/json", headers: [:], body: body)
    }

    func watch(
        _ access: KubernetesAttributes,
        _ request: KubernetesRequest,
        _ responder: any KubernetesResponder,
        silent: Bool
    ) throws(KubernetesStatus) {
        let query = request.query
        guard query["sendInitialEvents"] == nil else {
            throw KubernetesStatus(
                422,
                "Invalid",
                "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden "
                    + "for watch unless the WatchList feature gate is enabled"
            )
        }
        let labels = try query["labelSelector"].map { text throws(KubernetesStatus) in
            try KubernetesLabelSelector(text)
        }
        let fields = try query["fieldSelector"].map { text throws(KubernetesStatus) in
            try KubernetesFieldSelector(text, of: access.resource)
        }
        let version = query["resourceVersion"] ?? ""
        guard version.isEmpty || Int(version) != nil else {
            throw .badRequest("Invalid value: \"\(version)\": resourceVersion")
        }
        let id = with { state in
            state.watchesSoFar += 1
            let watch = KubernetesWatch(
                id: state.watchesSoFar,
                access: access,
                labels: labels,
                fields: fields,
                wantsMetadataOnly: KubernetesList.wantsMetadataOnly(request),
                allowsBookmarks: ["true", "1"].contains(query["allowWatchBookmarks"]),
                responder: responder,
                isSilent: silent
            )
            responder.begin()
            guard silent || Self.catchUp(watch, from: Int(version) ?? 0, state) else { return nil as Int? }
            state.watches[watch.id] = watch
            return watch.id
        }
        guard let id else { return }
        responder.whenClosed { [self] in with { state in state.watches[id] = nil } }
        if let seconds = query["timeoutSeconds"].flatMap({ Int($0) }), seconds > 0 {
            responder.after(seconds: seconds) { [self] in end(id) }
        }
    }

    /// Ends a watch as a timeout does.
    private func end(_ id: Int) {
        with { state in
            guard let watch = state.watches.removeValue(forKey: id), !watch.isSilent else { return }
            watch.sendBookmark(state.objects.version)
            watch.responder.end()
        }
    }

    /// Sends the changes since the version; false where that version is no longer known.
    private static func catchUp(_ watch: KubernetesWatch, from version: Int, _ state: borrowing State) -> Bool {
        guard version > 0 else {
            for object in state.objects.list(watch.access.resource, namespace: watch.access.namespace)
            where watch.covers(object.key) && watch.selects(object) {
                watch.send(.added, object)
            }
            return true
        }
        guard version >= state.objects.forgottenUpTo else {
            watch.fail(.expired("too old resource version: \(version) (\(state.objects.forgottenUpTo))"))
            return false
        }
        for change in state.objects.history where change.object.version > version { watch.send(change) }
        return true
    }

    // MARK: Writing

    func write(
        _ access: KubernetesAttributes,
        _ request: KubernetesRequest,
        _ responder: any KubernetesResponder
    ) throws(KubernetesStatus) {
        let hook = with { state in state.beforeWrite }
        let verdict = hook?(KubernetesWrite(access: access, request: request)) ?? .apply
        if case .lose = verdict { return responder.close() }
        let written = try with { state throws(KubernetesStatus) in
            let written = try self.apply(access, request, to: &state.objects)
            if let change = written.change { state.publish(change) }
            return written
        }
        if case .applyAndLoseAnswer = verdict { return responder.close() }
        if access.verb == "delete", written.change?.kind == .deleted {
            let details: ClusterValue = [
                "name": .string(access.name ?? ""), "group": .string(access.resource.group),
                "kind": .string(access.resource.plural),
            ]
            return responder.answer([
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details,
            ])
        }
        let status = access.verb == "create" ? 201 : 200
        responder.answer(status, type: "application/json", headers: [:], body: written.object.bytes)
    }

    private func apply(
        _ access: KubernetesAttributes,
        _ request: KubernetesRequest,
        to objects: inout KubernetesObjects
    ) throws(KubernetesStatus) -> KubernetesObjects.Written {
        guard !access.resource.isNamespaced || access.namespace != nil else { throw .methodNotAllowed(request.method) }
        let key = KubernetesObjects.Key(namespace: access.namespace ?? "", name: access.name ?? "")
        guard request.query["dryRun"] == "All" else { return try change(access, request, key, &objects) }
        var scratch = objects
        return (try change(access, request, key, &scratch).object, nil)
    }

    private func change(
        _ access: KubernetesAttributes,
        _ request: KubernetesRequest,
        _ key: KubernetesObjects.Key,
        _ objects: inout KubernetesObjects
    ) throws(KubernetesStatus) -> KubernetesObjects.Written {
        let resource = access.resource
        switch access.verb {
        case "create":
            let value = try ClusterValue(json: request.body)
            return try objects.create(value, of: resource, namespace: key.namespace, at: clock())
        case "update":
            let value = try ClusterValue(json: request.body)
            return try objects.update(value, of: resource, key, part: access.part, wantsVersion: true)
        case "patch":
            guard let former = objects.object(resource, key) else { throw .notFound(resource, key.name) }
            let value = try Self.patched(former.value, request, of: resource)
            return try objects.update(value, of: resource, key, part: access.part, wantsVersion: false)
        default:
            let options: ClusterValue = request.body.isEmpty ? .null : try ClusterValue(json: request.body)
            return try objects.delete(resource, key, preconditions: options["preconditions"], at: clock())
        }
    }

    private static func patched(
        _ value: ClusterValue,
        _ request: KubernetesRequest,
        of resource: KubernetesResource
    ) throws(KubernetesStatus) -> ClusterValue {
        let type = (request.headers["content-type"] ?? "").prefix { $0 != ";" }
        switch type {
        case "application/merge-patch+json":
            return KubernetesPatch.merge(try ClusterValue(json: request.body), into: value)
        case "application/json-patch+json":
            return try KubernetesPatch.apply(try ClusterValue(json: request.body), to: value)
        // For built-in kinds lists would be merged by key; here they are replaced.
        case "application/strategic-merge-patch+json" where !resource.isCustom:
            return KubernetesPatch.merge(try ClusterValue(json: request.body), into: value)
        default:
            let common = ["application/json-patch+json", "application/merge-patch+json"]
            throw .unsupportedPatch(
                String(type),
                allowed: resource.isCustom ? common : common + ["application/strategic-merge-patch+json"]
            )
        }
    }
}

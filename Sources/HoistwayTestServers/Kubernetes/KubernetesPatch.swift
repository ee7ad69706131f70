/// Applies the changes of a PATCH request.
enum KubernetesPatch {
    /// A merge patch: <https://www.rfc-editor.org/rfc/rfc7386>.
    static func merge(_ patch: ClusterValue, into target: ClusterValue?) -> ClusterValue {
        guard case .map(let changes) = patch else { return patch }
        var members = target?.map ?? [:]
        for (key, change) in changes {
            members[key] = change == .null ? nil : merge(change, into: members[key])
        }
        return .map(members)
    }

    /// A JSON patch: <https://www.rfc-editor.org/rfc/rfc6902>.
    static func apply(_ operations: ClusterValue, to target: ClusterValue) throws(KubernetesStatus) -> ClusterValue {
        guard let operations = operations.list else { throw .badRequest("a JSON patch is a list of operations") }
        guard operations.count <= 10_000 else {
            throw KubernetesStatus(
                413,
                "RequestEntityTooLarge",
                "The allowed maximum operations in a JSON patch is 10000, got \(operations.count)"
            )
        }
        var value = target
        for operation in operations { try apply(operation, to: &value) }
        return value
    }

    private static func apply(_ operation: ClusterValue, to value: inout ClusterValue) throws(KubernetesStatus) {
        guard let path = pointer(operation["path"]) else { throw .patchDoesNotFit }
        switch operation["op"]?.string {
        case "add":
            guard let added = operation["value"] else { throw .patchDoesNotFit }
            try change(&value, path, .add(added))
        case "replace":
            guard let new = operation["value"] else { throw .patchDoesNotFit }
            try change(&value, path, .replace(new))
        case "remove":
            try change(&value, path, .remove)
        case "test":
            guard read(value, path) ?? .null == operation["value"] ?? .null else { throw .patchDoesNotFit }
        case "move", "copy":
            guard let from = pointer(operation["from"]), let found = read(value, from) else { throw .patchDoesNotFit }
            if operation["op"] == "move" { try change(&value, from, .remove) }
            try change(&value, path, .add(found))
        default: throw .patchDoesNotFit
        }
    }

    private static func pointer(_ value: ClusterValue?) -> ArraySlice<String>? {
        guard let text = value?.string, text.isEmpty || text.hasPrefix("/") else { return nil }
        return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }[...]
    }

    private static func read(_ value: ClusterValue, _ path: ArraySlice<String>) -> ClusterValue? {
        guard let key = path.first else { return value }
        switch value {
        case .map(let members): return members[key].flatMap { read($0, path.dropFirst()) }
        case .list(let items):
            guard let index = Int(key), items.indices.contains(index) else { return nil }
            return read(items[index], path.dropFirst())
        default: return nil
        }
    }

    private enum Change {
        case add(ClusterValue)
        case replace(ClusterValue)
        case remove
    }

    private static func change(
        _ value: inout ClusterValue,
        _ path: ArraySlice<String>,
        _ change: Change
    ) throws(KubernetesStatus) {
        guard let key = path.first else {
            switch change {
            case .add(let new), .replace(let new): value = new
            case .remove: throw .patchDoesNotFit
            }
            return
        }
        switch value {
        case .map(var members):
            if path.count > 1 {
                guard var member = members[key] else { throw .patchDoesNotFit }
                try self.change(&member, path.dropFirst(), change)
                members[key] = member
            } else {
                switch change {
                case .add(let new): members[key] = new
                case .replace(let new):
                    guard members[key] != nil else { throw .patchDoesNotFit }
                    members[key] = new
                case .remove:
                    guard members.removeValue(forKey: key) != nil else { throw .patchDoesNotFit }
                }
            }
            value = .map(members)
        case .list(var items):
            guard let index = key == "-" ? items.count : Int(key), (0...items.count).contains(index) else {
                throw .patchDoesNotFit
            }
            if path.count > 1 {
                guard index < items.count else { throw .patchDoesNotFit }
                try self.change(&items[index], path.dropFirst(), change)
            } else {
                switch change {
                case .add(let new): items.insert(new, at: index)
                case .replace(let new):
                    guard index < items.count else { throw .patchDoesNotFit }
                    items[index] = new
                case .remove:
                    guard index < items.count else { throw .patchDoesNotFit }
                    items.remove(at: index)
                }
            }
            value = .list(items)
        default: throw .patchDoesNotFit
        }
    }
}

/// Answers to LIST, page by page.
///
/// The pages of one list show the objects at the time of its first page, as etcd does.
struct KubernetesList {
    /// An unfinished list, by the number in its token.
    private var underWay: [Int: (version: Int, objects: [KubernetesObjects.Stored])] = [:]
    private var lists = 0
    /// More lists than a test ever has unfinished.
    private static let limit = 64

    /// From now on no unfinished list can continue.
    mutating func expireTokens() { underWay = [:] }

    mutating func page(
        of access: KubernetesAttributes,
        _ request: KubernetesRequest,
        in objects: KubernetesObjects
    ) throws(KubernetesStatus) -> [UInt8] {
        let query = request.query
        let limit = query["limit"].flatMap { Int($0) } ?? 0
        var number: Int?
        var offset = 0
        var version = objects.version
        var selected: [KubernetesObjects.Stored] = []
        if let token = query["continue"], !token.isEmpty {
            let parts = token.split(separator: ".").compactMap { Int($0) }
            guard parts.count == 2 else { throw .badRequest("continue key is not valid: \(token.prefix(40))") }
            guard let list = underWay[parts[0]] else {
                throw .expired(
                    "The provided continue parameter is too old to display a consistent list result. You can start a "
                        + "new list without the continue parameter."
                )
            }
            (number, offset) = (parts[0], parts[1])
            (version, selected) = list
        } else {
            try Self.check(query, objects)
            selected = try Self.select(access, query, in: objects)
        }
        let rest = selected.dropFirst(offset)
        let page = limit > 0 ? rest.prefix(limit) : rest
        var metadata: ClusterValue = ["resourceVersion": .string(String(version))]
        if page.count < rest.count {
            if number == nil {
                lists += 1
                number = lists
                underWay[lists] = (version, selected)
                underWay[lists - Self.limit] = nil
            }
            metadata["continue"] = "\(number ?? 0).\(offset + page.count)"
            metadata["remainingItemCount"] = .integer(rest.count - page.count)
        }
        return Self.body(page, metadata, of: access.resource, metadataOnly: Self.wantsMetadataOnly(request))
    }

    static func wantsMetadataOnly(_ request: KubernetesRequest) -> Bool {
        // A client that also accepts plain JSON would get it from a server without metadata lists.
        request.headers["accept"]?.contains("as=PartialObjectMetadata") == true
    }

    /// `kind: PartialObjectMetadata`.
    static func metadata(of object: ClusterValue) -> ClusterValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
            "metadata": object["metadata"] ?? .map([:]),
        ]
    }

    static func select(
        _ access: KubernetesAttributes,
        _ query: [String: String],
        in objects: KubernetesObjects
    ) throws(KubernetesStatus) -> [KubernetesObjects.Stored] {
        let labels = try query["labelSelector"].map { text throws(KubernetesStatus) in
            try KubernetesLabelSelector(text)
        }
        let fields = try query["fieldSelector"].map { text throws(KubernetesStatus) in
            try KubernetesFieldSelector(text, of: access.resource)
        }
        return objects.list(access.resource, namespace: access.namespace).filter { object in
            labels?.matches(object.labels) ?? true && fields?.matches(object) ?? true
        }
    }

    private static func check(_ query: [String: String], _ objects: KubernetesObjects) throws(KubernetesStatus) {
        guard let text = query["resourceVersion"], !text.isEmpty else { return }
        guard let wanted = Int(text) else { throw .badRequest("Invalid value: \"\(text)\": resourceVersion") }
        guard wanted <= objects.version else {
            throw KubernetesStatus(
                504,
                "Timeout",
                "Too large resource version: \(wanted), current: \(objects.version)",
                retryAfter: 1
            )
        }
        guard query["resourceVersionMatch"] != "Exact" || wanted == objects.version else {
            throw .expired("The resourceVersion for the provided list is too old.")
        }
    }

    private static func body(
        _ page: ArraySlice<KubernetesObjects.Stored>,
        _ metadata: ClusterValue,
        of resource: KubernetesResource,
        metadataOnly: Bool
    ) -> [UInt8] {
        let kind = metadataOnly ? "PartialObjectMetadataList" : "\(resource.kind)List"
        let version = metadataOnly ? "meta.k8s.io/v1" : resource.apiVersion
        var body = Array(#"{"apiVersion":"\#(version)","kind":"\#(kind)","metadata":\#(metadata),"items":["#.utf8)
        body.reserveCapacity(body.count + page.reduce(0) { $0 + $1.bytes.count + 1 } + 4)
        for (index, object) in page.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += metadataOnly ? Self.metadata(of: object.value).bytes : object.bytes
        }
        body += "]}\n".utf8
        return body
    }
}

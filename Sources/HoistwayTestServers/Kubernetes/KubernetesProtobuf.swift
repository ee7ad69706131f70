/// The only message that `kubectl` sends in protobuf alone: the request of `kubectl auth can-i`.
///
/// Fields as in `k8s.io/api/authorization/v1/generated.proto`; answers are JSON.
enum KubernetesProtobuf {
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    /// `nil` where the body is another message.
    static func accessReview(_ body: [UInt8]) -> ClusterValue? {
        guard body.starts(with: magic) else { return nil }
        let envelope = fields(body.dropFirst(magic.count))
        let spec = envelope[2].map { fields($0[...])[2] ?? [] } ?? []
        let attributes = fields((fields(spec[...])[1] ?? [])[...])
        let names = [
            1: "namespace", 2: "verb", 3: "group", 4: "version", 5: "resource", 6: "subresource", 7: "name",
        ]
        var wanted: ClusterValue = [:]
        for (number, name) in names {
            guard let bytes = attributes[number], !bytes.isEmpty else { continue }
            wanted[name] = .string(String(decoding: bytes, as: UTF8.self))
        }
        return [
            "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1",
            "spec": ["resourceAttributes": wanted],
        ]
    }

    /// The fields that have a length, by number; reading ends at the first invalid byte.
    private static func fields(_ bytes: ArraySlice<UInt8>) -> [Int: [UInt8]] {
        var found: [Int: [UInt8]] = [:]
        var rest = bytes
        while let tag = number(&rest) {
            switch tag & 7 {
            case 0: _ = number(&rest)
            case 2:
                guard let length = number(&rest), length <= rest.count else { return found }
                found[Int(tag >> 3)] = Array(rest.prefix(Int(length)))
                rest = rest.dropFirst(Int(length))
            default: return found
            }
        }
        return found
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst(), shift < 63 {
            value |= UInt64(byte & 0x7F) << shift
            guard byte & 0x80 != 0 else { return value }
            shift += 7
        }
        return nil
    }
}

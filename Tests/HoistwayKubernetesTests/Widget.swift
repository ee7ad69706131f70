import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers

@testable import HoistwayKubernetes

// Other rooms have types of these names too; here they are the client's.
typealias ObjectKey = HoistwayKubernetes.ObjectKey
typealias KubernetesResource = HoistwayKubernetes.KubernetesResource
typealias KubernetesRequest = HoistwayKubernetes.KubernetesRequest
typealias KubernetesPatch = HoistwayKubernetes.KubernetesPatch

/// A kind for tests; its objects have more fields than are read.
struct Widget: Decodable, Sendable, Equatable {
    struct Spec: Decodable, Sendable, Equatable {
        var size: Int
    }

    var spec: Spec

    static let resource = KubernetesResource(group: "example.com", version: "v1", plural: "widgets")

    static func json(_ name: String, size: Int = 1, version: String = "1", uid: String? = nil, padding: Int = 0)
        -> String
    {
        """
        {"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"\(name)","namespace":"shop",\
        "uid":"\(uid ?? "uid-\(name)")","resourceVersion":"\(version)","annotations":{"a":"}]\\"{[,"}},\
        "spec":{"size":\(size),"items":[1,2,{"items":[3]}]},"status":{"text":"\(String(repeating: "x", count: padding))"}}
        """
    }

    static func list(_ items: [String], version: String, next: String = "") -> String {
        """
        {"apiVersion":"example.com/v1","items":[\(items.joined(separator: ","))],"kind":"WidgetList",\
        "metadata":{"continue":"\(next)","resourceVersion":"\(version)"}}
        """
    }

    static func status(_ code: Int, _ reason: String, _ message: String, name: String? = nil) -> String {
        let details =
            name.map { ",\"details\":{\"name\":\"\($0)\",\"group\":\"example.com\",\"kind\":\"widgets\"}" } ?? ""
        return """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"\(message)",\
            "reason":"\(reason)","code":\(code)\(details)}
            """
    }
}

extension ScriptedServer {
    static func json(_ status: String, _ text: String, headers: [String] = []) -> Step {
        http(status, type: "application/json", Array(text.utf8), headers: headers)
    }

    /// The head of a watch, and its first lines.
    static func watch(_ lines: [String] = []) -> Step {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        return .send(Array(head.utf8) + lines.flatMap(chunk))
    }

    static let watchEnd = Step.send(Array("0\r\n\r\n".utf8))

    private static func chunk(_ line: String) -> [UInt8] {
        Array("\(String(line.utf8.count + 1, radix: 16))\r\n\(line)\n\r\n".utf8)
    }

    static func event(_ type: String, _ object: String) -> String { "{\"type\":\"\(type)\",\"object\":\(object)}" }

    static func bookmark(_ version: String) -> String {
        event("BOOKMARK", "{\"kind\":\"Widget\",\"metadata\":{\"resourceVersion\":\"\(version)\"}}")
    }

    func access(_ login: ClusterAccess.Login = .token(Secret("s3cret-token-of-a-robot"))) throws -> ClusterAccess {
        guard let server = WebAddress("http://127.0.0.1:\(port)") else {
            throw TestServerError.failed("naming the server", detail: "no URL")
        }
        return ClusterAccess(server: server, login: login)
    }

    func client(
        _ login: ClusterAccess.Login = .token(Secret("s3cret-token-of-a-robot")),
        _ change: (inout KubernetesOptions) -> Void = { _ in }
    ) throws -> KubernetesClient {
        var options = KubernetesOptions()
        change(&options)
        return KubernetesClient(cluster: "main", access: try access(login), options: options)
    }
}

/// This machine's clock.
struct TestClock: WallClock {
    func now() -> Timestamp { .present }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

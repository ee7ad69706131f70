/// A registry with one hostile behaviour; everything else is correct.
///
/// It has the image `team/app` with the tag `1.0.0`, and requires a login.
package final class HostileRegistry: Sendable {
    package enum Behaviour: String, CaseIterable, Sendable {
        // Lists of tags.
        case endlessPages, pagesInACircle, emptyPages, linkToAnotherHost, linkToAnotherRepository, unreadableLink
        case millionsOfTags, tagsWithControlBytes, listWithoutEnd, deepList, listAsPage
        // Manifests and blobs.
        case endlessManifest, manifestOf100MB, drippingManifest, silentManifest, cutManifest
        case digestOfOtherBytes, digestWithEscapes, manifestAsPage, manifestOfTwoKinds
        case deepManifest, wideIndex, indexInItself, headersWithoutEnd, garbageForHTTP
        case blobOfOtherBytes, endlessBlob, blobThatInflates
        // Logins and redirects.
        case tokensAtAnotherHost, tokensAtAnotherPort, noToken, endlessToken, tokenWithLineBreak, expiredToken,
            refusedForEver
        case bothSchemes, challengeWithoutEnd, redirectInACircle, redirectToAnotherPort, redirectToFile
        case redirectOfBlobToAnotherPort, errorThatRepeatsTheLogin, pauseForEver
    }

    package let behaviour: Behaviour
    private let server: ScriptedServer
    /// Represents all other servers on the network.
    private let witness: ScriptedServer

    package static let username = "robot"
    package static let password = "marked-secret"

    package init(_ behaviour: Behaviour) throws {
        self.behaviour = behaviour
        let witness = try ScriptedServer { _ in
            [ScriptedServer.http("200 OK", type: "application/json", Array(#"{"token": "t"}"#.utf8))]
        }
        self.witness = witness
        server = try ScriptedServer { head in
            HostileScript(behaviour: behaviour, head: head, elsewhere: "127.0.0.1:\(witness.port)").steps
        }
    }

    package var host: String { "127.0.0.1:\(server.port)" }
    package var requests: [ScriptedServer.Received] { server.received }
    /// Requests to another port of this machine.
    package var strays: [ScriptedServer.Received] { witness.received }
    /// Bytes that the client and the buffers before it have taken.
    package var sent: Int { server.sent }

    package func stop() {
        server.stop()
        witness.stop()
    }
}

/// The answer to one request.
private struct HostileScript {
    let behaviour: HostileRegistry.Behaviour
    let head: String
    /// The host and port of another server.
    let elsewhere: String

    private static let manifestType = "application/vnd.oci.image.manifest.v1+json"
    private static let indexType = "application/vnd.oci.image.index.v1+json"
    private static let configuration = """
        {"created": "2026-11-21T10:00:00Z", "os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", \
        "diff_ids": []}}
        """
    /// SHA-256 of the configuration: this module has no hash function of its own.
    private static let configurationDigest = "sha256:d32ba60e448da512a9203aeed3d4c44083fd486123f003d458d38e5a93b83bd1"
    private static let manifest = """
        {"schemaVersion": 2, "mediaType": "\(manifestType)", "config": {"mediaType": \
        "application/vnd.oci.image.config.v1+json", "digest": "\(configurationDigest)", "size": \
        \(configuration.utf8.count)}, "layers": []}
        """
    private static let zeros = "sha256:" + String(repeating: "0", count: 64)

    private var method: Substring { head.prefix { $0 != " " } }
    private var target: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    private var authorization: String? {
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("authorization:") }
        return line.map { String($0.dropFirst("authorization: ".count)) }
    }

    var steps: [ScriptedServer.Step] {
        if let answer = atDoor { return answer }
        // HEAD is refused, so that no answer to it is needed: the client then uses GET.
        guard method == "GET" else { return [ScriptedServer.http("405 Method Not Allowed", type: "text/plain", [])] }
        if target.contains("/tags/list") { return list }
        if target.contains("/manifests/") { return image }
        if target.contains("/blobs/") { return blob }
        return [ScriptedServer.http("404 Not Found", type: "text/plain", [])]
    }

    private func json(_ text: String, type: String = "application/json", _ headers: String...) -> [ScriptedServer.Step]
    {
        [ScriptedServer.http("200 OK", type: type, Array(text.utf8), headers: headers)]
    }

    private func challenge(_ text: String) -> [ScriptedServer.Step] {
        [ScriptedServer.http("401 Unauthorized", type: "text/plain", [], headers: ["WWW-Authenticate: \(text)"])]
    }

    private func head(_ lines: String...) -> ScriptedServer.Step {
        .send(Array((["HTTP/1.1 200 OK"] + lines + ["", ""]).joined(separator: "\r\n").utf8))
    }

    private var own: String {
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("host:") }
        return line.map { String($0.dropFirst("host: ".count)) } ?? ""
    }

    /// Logins and redirects; `nil` once the client is logged in.
    private var atDoor: [ScriptedServer.Step]? {
        switch behaviour {
        case .tokensAtAnotherHost: return challenge(#"Bearer realm="https://tokens.example.com/token""#)
        case .tokensAtAnotherPort: return challenge(#"Bearer realm="http://\#(elsewhere)/token""#)
        case .noToken, .endlessToken, .tokenWithLineBreak, .expiredToken: return tokens
        case .refusedForEver: return challenge(#"Basic realm="again""#)
        case .challengeWithoutEnd: return challenge("Basic " + String(repeating: #"a="b","#, count: 8000))
        case .redirectInACircle: return redirect("/v2/again")
        case .redirectToAnotherPort: return redirect("http://\(elsewhere)/v2/")
        case .redirectToFile: return redirect("file:///etc/passwd")
        case .pauseForEver:
            return [
                ScriptedServer.http(
                    "429 Too Many Requests",
                    type: "text/plain",
                    [],
                    headers: ["Retry-After: 99999999999999999999"]
                )
            ]
        case .bothSchemes where authorization == nil:
            return challenge(#"Bearer realm="http://\#(elsewhere)/token", Basic realm="x""#)
        case .errorThatRepeatsTheLogin where authorization != nil:
            guard method == "GET" else { return [ScriptedServer.http("403 Forbidden", type: "text/plain", [])] }
            let body = #"{"errors": [{"code": "DENIED", "message": "\#(authorization ?? "") marked-secret\u001b[2J"}]}"#
            return [ScriptedServer.http("403 Forbidden", type: "application/json", Array(body.utf8))]
        default: return authorization == nil ? challenge(#"Basic realm="x""#) : nil
        }
    }

    private func redirect(_ location: String) -> [ScriptedServer.Step] {
        [ScriptedServer.http("307 Temporary Redirect", type: "text/plain", [], headers: ["Location: \(location)"])]
    }

    private var tokens: [ScriptedServer.Step] {
        guard target.hasPrefix("/token") else { return challenge(#"Bearer realm="http://\#(own)/token""#) }
        switch behaviour {
        case .endlessToken:
            return [
                head("Content-Type: application/json"), .flood([UInt8](repeating: 0x20, count: 4096), times: 1 << 18),
                .close,
            ]
        case .tokenWithLineBreak: return json(#"{"token": "a\r\nX-Evil: b"}"#)
        case .expiredToken: return json(#"{"token": "old", "expires_in": -99999999999999999999, "issued_at": "1970"}"#)
        default: return json(#"{"hello": "world"}"#)
        }
    }

    private var list: [ScriptedServer.Step] {
        let number = target.split(separator: "p=").dropFirst().last.flatMap { Int($0) } ?? 0
        switch behaviour {
        case .endlessPages: return json(#"{"tags": ["t\#(number)"]}"#, "Link: <?p=\(number + 1)>; rel=\"next\"")
        case .pagesInACircle: return json(#"{"tags": ["t\#(number)"]}"#, "Link: <?p=\((number + 1) % 3)>; rel=\"next\"")
        case .emptyPages: return json(#"{"tags": []}"#, "Link: <?p=\(number + 1)>; rel=\"next\"")
        case .linkToAnotherHost:
            return json(
                #"{"tags": ["1.0.0"]}"#,
                "Link: <http://tokens.example.com/v2/team/app/tags/list?p=1>; rel=\"next\""
            )
        case .linkToAnotherRepository: return json(#"{"tags": ["1.0.0"]}"#, "Link: </v2/other/app/tags/list?p=1>")
        case .unreadableLink: return json(#"{"tags": ["1.0.0"]}"#, "Link: <?p=1>; rel=\"next")
        case .millionsOfTags:
            return [
                head("Content-Type: application/json"), .send(Array(#"{"tags": ["#.utf8)),
                .flood(Array(#""1.0.0","#.utf8), times: 8 << 20), .close,
            ]
        case .tagsWithControlBytes:
            return json(#"{"tags": ["1.0.0", "2.0.0\u001b[2J", "3.0.0\r\nX: y", "../4.0.0", "5.0.0\u0000", "-6"]}"#)
        case .listWithoutEnd: return [head("Transfer-Encoding: chunked"), .trickle(Array("1\r\n \r\n".utf8))]
        case .deepList: return json(String(repeating: "[", count: 1 << 20))
        case .listAsPage: return json("<html><form action=login>", type: "text/html")
        default: return json(#"{"name": "team/app", "tags": ["1.0.0"]}"#)
        }
    }

    private var image: [ScriptedServer.Step] {
        let type = Self.manifestType
        let text = Self.manifest
        switch behaviour {
        case .endlessManifest:
            return [
                head("Content-Type: \(type)"), .flood([UInt8](repeating: 0x20, count: 4096), times: 1 << 18), .close,
            ]
        case .manifestOf100MB:
            let length = 100 << 20
            return [
                head("Content-Type: \(type)", "Content-Length: \(length)"),
                .flood([UInt8](repeating: 0x20, count: 4096), times: length / 4096), .close,
            ]
        case .drippingManifest: return [head("Content-Type: \(type)", "Content-Length: 1000000"), .trickle([0x20])]
        case .silentManifest: return [.hang]
        case .cutManifest:
            return [head("Content-Type: \(type)", "Content-Length: 1000"), .send(Array(text.utf8)), .close]
        case .digestOfOtherBytes: return json(text, type: type, "Docker-Content-Digest: \(Self.zeros)")
        case .digestWithEscapes: return json(text, type: type, "Docker-Content-Digest: sha256:\u{1B}[2J../../etc")
        case .manifestAsPage: return json("<html>", type: "text/html")
        case .manifestOfTwoKinds: return json(text.dropLast() + #", "manifests": []}"#, type: type)
        case .deepManifest: return json(#"{"annotations": "# + String(repeating: #"{"a":"#, count: 500_000), type: type)
        case .wideIndex:
            let child =
                #"{"mediaType": "\#(type)", "digest": "\#(Self.zeros)", "platform": {"os": "linux", "architecture": "amd64"}}"#
            return json(
                #"{"schemaVersion": 2, "manifests": [\#(Array(repeating: child, count: 10_000).joined(separator: ","))]}"#,
                type: Self.indexType
            )
        case .indexInItself:
            return json(
                #"{"schemaVersion": 2, "manifests": [{"mediaType": "\#(Self.indexType)", "digest": "\#(Self.zeros)"}]}"#,
                type: Self.indexType
            )
        case .headersWithoutEnd:
            return [.send(Array("HTTP/1.1 200 OK\r\n".utf8)), .flood(Array("X-A: b\r\n".utf8), times: 8 << 20), .close]
        case .garbageForHTTP: return [.send([UInt8](repeating: 0xFF, count: 4096)), .close]
        default: return json(text, type: type)
        }
    }

    private var blob: [ScriptedServer.Step] {
        switch behaviour {
        case .blobOfOtherBytes: return json(Self.configuration + " ")
        case .endlessBlob:
            return [
                head("Content-Type: application/json"), .flood([UInt8](repeating: 0x20, count: 4096), times: 1 << 18),
                .close,
            ]
        case .blobThatInflates: return json(Self.configuration, "Content-Encoding: gzip")
        case .redirectOfBlobToAnotherPort: return redirect("http://\(elsewhere)/blob")
        default: return json(Self.configuration)
        }
    }
}

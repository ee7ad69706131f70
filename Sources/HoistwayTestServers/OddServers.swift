/// Servers that answer in ways that real ones do, and that nobody wants: reusable behaviours.
extension ScriptedServer {
    /// Answers every request with this status, and with the request's head as text: the credential comes back.
    package static func echo(_ status: String, headers: [String] = []) throws -> ScriptedServer {
        try ScriptedServer { request in
            [ScriptedServer.http(status, type: "text/plain; charset=utf-8", Array(request.utf8), headers: headers)]
        }
    }

    /// Sends the credential back in the address of a redirect.
    package static func echoInRedirect() throws -> ScriptedServer {
        try ScriptedServer { request in
            let line = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("authorization:") } ?? "none"
            let value = line.split(separator: " ").last.map(String.init) ?? ""
            return [
                ScriptedServer.http(
                    "302 Found",
                    type: "text/plain",
                    [],
                    headers: ["Location: http://\(value).example/login?\(value)"]
                )
            ]
        }
    }

    /// A page for browsers where a repository should be, as single sign-on puts before everything.
    package static func loginPage() throws -> ScriptedServer {
        try ScriptedServer { _ in
            [ScriptedServer.http("200 OK", type: "text/html", Array("<html><body>Log in, please</body></html>".utf8))]
        }
    }

    /// Sends everybody to a page to log in.
    package static func redirectToLogin() throws -> ScriptedServer {
        try ScriptedServer { _ in
            [ScriptedServer.http("302 Found", type: "text/html", [], headers: ["Location: /users/sign_in"])]
        }
    }

    /// A web server that has a repository's files and no Git.
    package static func dumbHTTP() throws -> ScriptedServer {
        try ScriptedServer { _ in
            let line = String(repeating: "0123456789", count: 4) + "\trefs/heads/main\n"
            return [ScriptedServer.http("200 OK", type: "text/plain", Array(line.utf8))]
        }
    }

    /// Answers every request with this status and text.
    package static func saying(_ status: String, _ words: String, headers: [String] = []) throws -> ScriptedServer {
        try ScriptedServer { _ in [ScriptedServer.http(status, type: "text/plain", Array(words.utf8), headers: headers)]
        }
    }
}

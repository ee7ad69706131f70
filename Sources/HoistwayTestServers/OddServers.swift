/// Servers with unwanted answers that real servers give: reusable behaviours.
extension ScriptedServer {
    /// Answers every request with this status, and with the request's head as text: it repeats the credential.
    package static func echo(_ status: String, headers: [String] = []) throws -> ScriptedServer {
        try ScriptedServer { request in
            [ScriptedServer.http(status, type: "text/plain; charset=utf-8", Array(request.utf8), headers: headers)]
        }
    }

    /// Repeats the credential in the URL of a redirect.
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

    /// A page for browsers in place of a repository, as single sign-on gives.
    package static func loginPage() throws -> ScriptedServer {
        try ScriptedServer { _ in
            [ScriptedServer.http("200 OK", type: "text/html", Array("<html><body>Log in, please</body></html>".utf8))]
        }
    }

    /// Redirects every request to a login page.
    package static func redirectToLogin() throws -> ScriptedServer {
        try ScriptedServer { _ in
            [ScriptedServer.http("302 Found", type: "text/html", [], headers: ["Location: /users/sign_in"])]
        }
    }

    /// A web server with a repository's files, without Git.
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
